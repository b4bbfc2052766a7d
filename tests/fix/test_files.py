"""Files are replaced whole or not at all, and stay what they were: encoding, mode, links, line endings."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from programs import PERSISTENT, SCALE, SCALE_FIXED

from gradcheck.cli.commands import main
from gradcheck.config.options import Options
from gradcheck.fix.apply.files import UnwritableError, write
from gradcheck.fix.apply.fixpoint import FixedFile
from gradcheck.fix.apply.recheck import checkup
from gradcheck.source.discover import SourceFile, read


def fix_file(path: Path, old: str, new: str) -> FixedFile:
    source = read(str(path))
    assert isinstance(source, SourceFile)
    return FixedFile(source, source.text.replace(old, new))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b"x = 'a'\n", b"x = 'b'\n", id="plain"),
        pytest.param(b"x = 'a'", b"x = 'b'", id="no newline at the end"),
        pytest.param(b"x = 'a'\r\ny = 1\r\n", b"x = 'b'\r\ny = 1\r\n", id="CRLF"),
        pytest.param(b"x = 'a'\r\ny = 1\n", b"x = 'b'\r\ny = 1\n", id="mixed"),
        pytest.param(b"\xef\xbb\xbfx = 'a'\n", b"\xef\xbb\xbfx = 'b'\n", id="byte order mark"),
        pytest.param(
            b"# coding: latin-1\nx = 'a' # \xe9\n", b"# coding: latin-1\nx = 'b' # \xe9\n", id="latin-1"
        ),
        pytest.param("x = 'a'  # µ\n".encode(), "x = 'b'  # µ\n".encode(), id="UTF-8"),
        pytest.param(b"x = 'a'\x0c\n", b"x = 'b'\x0c\n", id="form feed"),
    ],
)
def test_all_other_bytes_stay(tmp_path, before, after):
    path = tmp_path / "model.py"
    path.write_bytes(before)
    write(fix_file(path, "'a'", "'b'"))
    assert path.read_bytes() == after
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.py"]


@pytest.mark.parametrize("more, repairs", [("", True), ("return\n", False), ("nonlocal x\n", False)])
def test_a_fix_that_python_would_not_compile_is_none(more, repairs):
    before = checkup("model.py", SCALE, Options())
    (finding,) = before.findings
    assert checkup("model.py", SCALE_FIXED + more, Options()).improves(before, finding) == repairs


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "open"])
def test_what_is_added_ends_its_lines_as_the_file_does(tmp_path, ending, last):
    def text(code):
        return (code if last else code.removesuffix("\n")).replace("\n", ending).encode()

    path = tmp_path / "model.py"
    path.write_bytes(text(SCALE))
    assert CliRunner().invoke(main, ["check", "--no-cache", "--fix", str(path)]).exit_code == 0
    assert path.read_bytes() == text(SCALE_FIXED)


def test_lines_that_end_in_several_ways_stay_as_they_are(tmp_path):
    path = tmp_path / "model.py"
    path.write_bytes(SCALE.replace("\n", "\r", 5).encode())
    assert CliRunner().invoke(main, ["check", "--no-cache", "--fix", str(path)]).exit_code == 0
    assert path.read_bytes().replace(b"\r", b"\n") == SCALE_FIXED.encode()
    assert path.read_bytes().startswith(SCALE.replace("\n", "\r", 4)[:60].encode())


def test_the_mode_stays(tmp_path):
    path = tmp_path / "model.py"
    path.write_text("x = 'a'\n")
    path.chmod(0o750)
    write(fix_file(path, "'a'", "'b'"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o750


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays_with_every_bit_of_the_mode(tmp_path):
    path = tmp_path / "model.py"
    path.write_text("x = 'a'\n")
    os.chown(path, 65534, 65533)
    path.chmod(0o6750)
    write(fix_file(path, "'a'", "'b'"))
    status = path.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (65534, 65533, 0o6750)


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.py").write_text("x = 'a'\n")
    path = tmp_path / "model.py"
    path.symlink_to("real.py")
    write(fix_file(path, "'a'", "'b'"))
    assert path.is_symlink()
    assert (tmp_path / "real.py").read_text() == "x = 'b'\n"


def test_a_file_of_several_names_is_left_alone(tmp_path):
    """A new file would take one of the names away from the others; writing into the old one is not whole or
    not at all."""
    path, other = tmp_path / "model.py", tmp_path / "other.py"
    path.write_text("x = 'a'\n")
    other.hardlink_to(path)
    with pytest.raises(UnwritableError, match="it has other names"):
        write(fix_file(path, "'a'", "'b'"))
    assert (path.read_text(), other.samefile(path)) == ("x = 'a'\n", True)
    other.unlink()
    write(fix_file(path, "'a'", "'b'"))
    assert path.read_text() == "x = 'b'\n"


LONG = ["x" * 250 + ".py", "x" * 251 + ".py", "x" * 252 + ".py", "é" * 126 + ".py", "\U0001f600" * 63 + ".py"]


@pytest.mark.parametrize("name", LONG, ids=[f"{len(name.encode())} bytes of {len(name)}" for name in LONG])
def test_a_file_may_have_as_long_a_name_as_the_system_allows(tmp_path, name):
    path = tmp_path / name
    path.write_text(SCALE)
    path.chmod(0o640)
    left = tmp_path / f".{name.encode()[:100].decode(errors='ignore')}.gradcheck-3999999-abcdefgh.part"
    left.write_text("of a run that was killed")
    assert CliRunner().invoke(main, ["check", "--no-cache", "--fix", str(path)]).exit_code == 0
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (SCALE_FIXED, 0o640)
    assert os.listdir(tmp_path) == [name]


def test_only_our_own_unfinished_files_are_cleared_up(tmp_path):
    path = tmp_path / "model.py"
    path.write_text("x = 'a'\n")
    kept = {
        ".model.py.3999999.notes.part",
        ".model.py.3999999.part",
        ".model.py.gradcheck-3999999-notes.part",
        ".model.py.gradcheck-3999999-abcdefgh.part.bak",
        f".model.py.gradcheck-{os.getpid()}-abcdefgh.part",
        ".model_py.gradcheck-3999999-abcdefgh.part",
    }
    for name in (*kept, ".model.py.gradcheck-3999999-abcd_fg8.part"):
        (tmp_path / name).touch()
    write(fix_file(path, "'a'", "'b'"))
    assert {entry.name for entry in tmp_path.iterdir()} == {*kept, "model.py"}


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path):
    path = tmp_path / "model.py"
    path.write_text("x = 'a'\n")
    repair = fix_file(path, "'a'", "'b'")
    path.write_text("x = 'a'  # and more\n")
    with pytest.raises(UnwritableError, match=r"it changed while gradcheck ran"):
        write(repair)
    assert path.read_text() == "x = 'a'  # and more\n"


def test_what_the_encoding_cannot_hold_is_not_written(tmp_path):
    path = tmp_path / "model.py"
    path.write_bytes(b"# coding: latin-1\nx = 'a'\n")
    with pytest.raises(UnwritableError, match="cannot be written as iso-8859-1"):
        write(fix_file(path, "'a'", "'\u20ac'"))
    assert path.read_bytes() == b"# coding: latin-1\nx = 'a'\n"


def scaled(coding, text=""):
    """A file with one fault that has a safe fix, in a coding of its own."""
    return f"# coding: {coding}\n{PERSISTENT.replace('persistent=True', '')}{text}".encode("ascii")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(scaled("unicode_escape"), id="line breaks are written as escapes"),
        pytest.param(scaled("raw_unicode_escape", "# \\u0041\n"), id="a letter would lose its escape"),
        pytest.param(scaled("utf-7", "# +AEE-\n"), id="a letter that is spelled the long way"),
        pytest.param(scaled("idna"), id="a codec that raises"),
    ],
)
def test_a_coding_that_does_not_give_its_bytes_back_is_refused(tmp_path, data):
    path = tmp_path / "model.py"
    path.write_bytes(data)
    for flag in ("--fix", "--add-ignore=known", "--diff"):
        done = CliRunner().invoke(main, ["check", "--no-cache", str(path), flag])
        assert (done.exit_code, path.read_bytes()) == (2, data), done.output
        assert "save it as UTF-8" in " ".join(done.output.split())


@pytest.mark.parametrize("coding", ["raw_unicode_escape", "utf-7", "cp1252", "koi8-r"])
def test_a_rare_coding_that_does_is_repaired(tmp_path, coding):
    path = tmp_path / "model.py"
    path.write_bytes(scaled(coding))
    done = CliRunner().invoke(main, ["check", "--no-cache", str(path), "--fix"])
    assert done.exit_code == 0, done.output
    assert path.read_bytes() == scaled(coding).replace(b"GradientTape()", b"GradientTape(persistent=True)")


@pytest.mark.parametrize("as_one", ["in place", "another file with the same text", "gone"])
def test_a_change_at_the_last_moment_is_kept(tmp_path, monkeypatch, as_one):
    """An editor that saves while the new text is written must not lose what it saved."""
    path = tmp_path / "model.py"
    path.write_text("x = 'a'\n")
    repair = fix_file(path, "'a'", "'b'")
    kept = {"in place": "x = 'a'  # mine\n", "gone": None}.get(as_one, "x = 'a'\n")

    def saved(handle):
        if as_one != "in place":
            path.unlink()
        if kept is not None:
            (tmp_path / "filler").touch()  # else the file system may give the same number again
            path.write_text(kept)

    monkeypatch.setattr(os, "fsync", saved)
    with pytest.raises(UnwritableError, match=r"it changed while gradcheck ran|No such file"):
        write(repair)
    assert (path.read_text() if path.exists() else None) == kept
    assert {entry.name for entry in tmp_path.iterdir()} <= {"model.py", "filler"}


def test_a_folder_that_takes_no_file_leaves_the_old_one(tmp_path):
    path = tmp_path / "model.py"
    path.write_text("x = 'a'\n")
    repair = fix_file(path, "'a'", "'b'")
    path.unlink()
    with pytest.raises(UnwritableError, match="No such file"):
        write(repair)
    assert not list(tmp_path.iterdir())


KILLED = """
import sys
from gradcheck.cli.commands import main
from gradcheck.fix.apply.files import write
from gradcheck.fix.apply.fixpoint import FixedFile
from gradcheck.source.discover import read
path = sys.argv[1]
a, b = "a" * 300_000, "b" * 300_000
print("ready", flush=True)
while True:
    source = read(path)
    write(FixedFile(source, source.text.replace(*((a, b) if a in source.text else (b, a)))))
"""


def test_a_kill_at_any_moment_leaves_one_of_both(tmp_path):
    path = tmp_path / "model.py"
    old, new = f"x = '{'a' * 300_000}'\n", f"x = '{'b' * 300_000}'\n"
    path.write_text(old)
    for pause in (0.0, 0.003, 0.011, 0.02, 0.031):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert path.read_text() in (old, new)
