"""The copy in which fixes are tried: repaired files are its own, all else is the original's."""

from __future__ import annotations

from gradcheck.fix.apply.copy import twin


def test_only_repaired_files_and_the_way_to_them_are_copied(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.npy").write_bytes(b"1")
    (tmp_path / "parts" / "deep").mkdir(parents=True)
    for name in ("train.py", "util.py", "parts/a.py", "parts/deep/b.py"):
        (tmp_path / name).write_text(f"# {name}\n")
    changed = str(tmp_path / "parts" / "a.py")
    with twin(str(tmp_path / "train.py"), {changed: b"repaired\n"}) as copy:
        root = copy.root
        assert (root / "parts" / "a.py").read_bytes() == b"repaired\n"
        assert (root / "data").is_symlink() and (root / "parts" / "deep").is_symlink()
        assert (root / "util.py").is_symlink() and not (root / "train.py").is_symlink()
        assert copy.of(changed) == str(root / "parts" / "a.py")
        assert copy.back(str(root / "parts" / "a.py")) == "parts/a.py"
        assert copy.back("/elsewhere/a.py") == "/elsewhere/a.py"
    assert not root.exists()
    assert (tmp_path / "parts" / "a.py").read_text() == "# parts/a.py\n"
    assert (tmp_path / "data" / "x.npy").read_bytes() == b"1"


def test_a_program_inside_a_package_brings_the_package(tmp_path):
    (tmp_path / "pack" / "sub").mkdir(parents=True)
    for name in ("pack/__init__.py", "pack/sub/__init__.py", "pack/sub/train.py"):
        (tmp_path / name).write_text("")
    program = str(tmp_path / "pack" / "sub" / "train.py")
    with twin(program, {program: b"x\n"}) as copy:
        assert copy.original == tmp_path
        assert (copy.root / "pack" / "__init__.py").exists()
        assert (copy.root / "pack" / "sub" / "train.py").read_bytes() == b"x\n"


def test_what_the_program_writes_beside_itself_stays_in_the_copy(tmp_path):
    (tmp_path / "train.py").write_text("")
    with twin(str(tmp_path / "train.py"), {}) as copy:
        (copy.root / "weights.bin").write_bytes(b"w")
    assert [entry.name for entry in tmp_path.iterdir()] == ["train.py"]
