"""Where a report or a baseline is written: links and modes stay, and no source is written over."""

from __future__ import annotations

import os
import socket
import stat
import subprocess

import pytest
from click.testing import CliRunner

from gradcheck.cli.commands import main

TEXT = "import tensorflow as tf\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.py").write_text(TEXT)
    return tmp_path


def run(*words):
    return CliRunner().invoke(main, [*words])


WRITES = {
    "-o": ("check", "m.py", "--no-cache", "-o"),
    "--html": ("check", "m.py", "--no-cache", "--html"),
    "--diff": ("check", "m.py", "--no-cache", "--diff", "-o"),
    "baseline": ("baseline", "update", "m.py", "--no-cache", "--baseline"),
}


@pytest.mark.parametrize("words", WRITES.values(), ids=WRITES)
def test_a_link_stays_a_link_and_a_file_keeps_its_mode(folder, words):
    run("baseline", "write", "m.py", "--no-cache", "--baseline", "real.json")
    (folder / "real.json").chmod(0o600)
    (folder / "report.json").symlink_to("real.json")
    before = (folder / "real.json").stat().st_ino
    assert run(*words, "report.json").exit_code == 0
    assert os.readlink("report.json") == "real.json"
    assert (folder / "real.json").stat().st_ino != before
    assert stat.S_IMODE((folder / "real.json").stat().st_mode) == 0o600
    assert {entry.name for entry in folder.iterdir()} == {"m.py", "real.json", "report.json"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("words", WRITES.values(), ids=WRITES)
def test_a_file_keeps_its_owner(folder, words):
    """Else one that only its owner may read would be lost to them."""
    run("baseline", "write", "m.py", "--no-cache", "--baseline", "real.json")
    os.chown(folder / "real.json", 65534, 65533)
    (folder / "real.json").chmod(0o600)
    assert run(*words, "real.json").exit_code == 0
    status = (folder / "real.json").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (65534, 65533, 0o600)


@pytest.mark.parametrize("words", [*WRITES.values()][:3], ids=[*WRITES][:3])
def test_links_that_lead_in_a_circle_stay(folder, words):
    for one, other in (("one", "other"), ("other", "one")):
        (folder / one).symlink_to(other)
    done = run(*words, "one")
    assert done.exit_code == 2 and "one: cannot be written: its links lead in a circle" in done.stderr
    assert (os.readlink("one"), os.readlink("other")) == ("other", "one")


def test_a_new_file_has_the_usual_mode(folder):
    (folder / "usual").touch()
    (folder / "report").symlink_to("new")
    assert run("check", "m.py", "--no-cache", "-o", "report").exit_code == 0
    assert (folder / "new").stat().st_mode == (folder / "usual").stat().st_mode


@pytest.mark.parametrize(
    "flags", [("-o",), ("--html",), ("--fix", "-o"), ("--diff", "-o"), ("--fix", "--html")]
)
@pytest.mark.parametrize("name", ["m.py", "./m.py", "other.py", "link", "book.ipynb", "script"])
def test_a_report_takes_no_sources_place(folder, flags, name):
    for other in ("other.py", "book.ipynb", "script"):
        (folder / other).write_text(TEXT)
    (folder / "link").symlink_to("m.py")
    done = run("check", "m.py", "script", "--no-cache", *flags, name)
    assert done.exit_code == 2
    assert f"{name} is source code, which a report would overwrite" in " ".join(done.output.split())
    assert {(folder / one).read_text() for one in ("m.py", "other.py", "book.ipynb", "script")} == {TEXT}


NAMES = {
    "new.py": "source code",
    "conftest.py": "source code",
    "sub/Book.IPYNB": "source code",
    "link": "source code",
    ".gitignore": "what settings are read from",
    "sub/.gitattributes": "what settings are read from",
    ".GitModules": "what settings are read from",
    "pyproject.toml": "what settings are read from",
    "setup.cfg": "what settings are read from",
    **dict.fromkeys(
        ("a.pyi", "a.PYX", "a.pyc", "easy.pth", "a.so", "run.sh"),
        "source code",
    ),
    **dict.fromkeys(
        (
            *(".flake8", "mypy.ini", "ruff.toml", ".ruff.toml", ".coveragerc", ".pylintrc", ".pytest.ini"),
            *("pytest.toml", ".gitconfig", ".netrc", ".bashrc", ".env", ".env.local", "Makefile", "Pipfile"),
            *("Pipfile.lock", "poetry.lock", "uv.lock", "requirements.txt", "requirements-dev.txt", "a.yml"),
            *(".python-version", ".dockerignore", ".bash_profile", ".eslintrc.json", "Dockerfile"),
            *(".github/workflows/report.json", ".github/workflows/sub/report"),
        ),
        "what settings are read from",
    ),
}


@pytest.mark.parametrize("flags", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("name, what", NAMES.items())
def test_no_report_is_made_that_would_be_taken_for_code_or_settings(folder, flags, name, what):
    for place in ("sub", ".github/workflows/sub"):
        (folder / place).mkdir(parents=True)
    (folder / "link").symlink_to("new.py")
    flags = [word.replace("update", "write") for word in flags]
    done = run(*flags, name)
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        2,
        f"Error: {name} would be taken for {what}: name another file",
    )
    assert not (folder / name).exists()


FREE = [
    *(
        "gitignore",
        "new.python",
        "pyproject.toml.json",
        "script",
        "report.json",
        "report.sarif",
        "report.xml",
    ),
    *("report.txt", "report.md", "report.html", ".report.json", "requirements.md", "a.patch", "workflows"),
]


@pytest.mark.parametrize("name", FREE)
def test_what_is_no_source_may_be_written(folder, name):
    (folder / "script").write_text("old report\n")
    assert run("check", "m.py", "--no-cache", "-o", name).exit_code == 0
    assert "no findings" in (folder / name).read_text()


@pytest.mark.parametrize("name", ["Makefile", "known.cfg", ".env", "uv.lock", "requirements.txt"])
@pytest.mark.parametrize("words", WRITES.values(), ids=WRITES)
def test_no_file_is_lost_whose_name_says_that_it_is_settings(folder, words, name):
    (folder / name).write_text("kept\n")
    done = run(*words, name)
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        2,
        f"Error: {name} is what settings are read from, which a report would overwrite: name another file",
    )
    assert (folder / name).read_text() == "kept\n"


FORMS = ("json", "sarif", "rdjson", "junit", "html", "baseline")


@pytest.mark.parametrize("form", FORMS)
def test_a_report_or_a_baseline_of_such_a_name_is_written_anew(folder, form):
    if form == "baseline":
        written, again = ("baseline", "write", "m.py"), ("baseline", "update", "m.py", "--baseline")
        run(*written, "--no-cache", "--baseline", "report")
    else:
        again = ("check", "m.py", "--format", form, "-o")
        run(*again, "report", "--no-cache")
    (folder / "report").rename("report.cfg")
    before = (folder / "report.cfg").stat().st_ino
    assert run(*again, "report.cfg", "--no-cache").exit_code == 0
    assert (folder / "report.cfg").stat().st_ino != before
    (folder / "report.cfg").rename("report.py")
    assert run(*again, "report.py", "--no-cache").exit_code == 2


def test_an_unfinished_file_of_somebody_else_stays(folder):
    others = folder / f".report.json.{os.getpid()}.part"
    others.write_text("half of it")
    assert run("check", "m.py", "--format", "json", "-o", "report.json").exit_code in (0, 1)
    assert others.read_text() == "half of it"
    assert {path.name for path in folder.iterdir() if "report" in path.name} == {"report.json", others.name}


def test_a_report_that_cannot_be_put_in_its_place_leaves_nothing(folder, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    assert run("check", "m.py", "--no-cache", "--format", "json", "-o", "report.json").exit_code == 2
    assert not [path for path in folder.iterdir() if "report" in path.name]


@pytest.mark.parametrize("flag", ["-o", "--html"])
@pytest.mark.parametrize("name", ["pyproject.toml", "./pyproject.toml", "known.json", ".gitignore"])
def test_a_report_takes_no_settings_place(folder, flag, name):
    (folder / "pyproject.toml").write_text('[tool.gradcheck]\nbaseline = "known.json"\n')
    (folder / ".gitignore").write_text("build/\n")
    run("baseline", "write", "m.py")
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    done = run("check", "m.py", "--no-cache", flag, name)
    assert done.exit_code == 2 and "settings are read from, which a report would overwrite" in done.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("flags", [("-o",), ("--html",), ("--diff", "-o")])
def test_a_pipe_that_nobody_reads_is_not_waited_for(folder, flags):
    os.mkfifo(folder / "pipe")
    done = run("check", "m.py", "--no-cache", *flags, "pipe")
    assert done.exit_code == 2
    assert "pipe: cannot be written: nobody reads from this pipe: start what does first" in done.stderr


def test_a_pipe_that_somebody_reads_slowly_gets_all_of_it(folder):
    os.mkfifo(folder / "pipe")
    end = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(end, True)
    with subprocess.Popen(["sh", "-c", "sleep 1; cat"], stdin=end, stdout=subprocess.PIPE) as reader:
        os.close(end)
        assert run("check", "m.py", "--no-cache", "--html", "pipe").exit_code == 0
        page = reader.communicate()[0]
    assert page.startswith(b"<!doctype html>") and page.rstrip().endswith(b"</html>")


def test_what_is_neither_file_nor_pipe_nor_terminal_is_refused(folder):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
        done = run("check", "m.py", "--no-cache", "-o", "socket")
    assert done.exit_code == 2
    assert "socket: cannot be written: it is neither a file nor a pipe nor a terminal" in done.stderr
    assert run("check", "m.py", "--no-cache", "-o", os.devnull).exit_code == 0


@pytest.mark.parametrize("other", ["report", "./report", "link"])
def test_one_file_does_not_hold_two_reports(folder, other):
    (folder / "link").symlink_to("report")
    done = run("check", "m.py", "--no-cache", "-o", "report", "--html", other)
    assert done.exit_code == 2 and "report would hold two reports: name two files" in done.stderr
    assert not (folder / "report").exists()
    assert run("check", "m.py", "--no-cache", "-o", "report", "--html", "page.html").exit_code == 0


@pytest.mark.parametrize("words", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("name", ["x" * 255, "é" * 127, "\U0001f600" * 63], ids=["x", "é", "an emoji"])
def test_a_report_may_have_as_long_a_name_as_the_system_allows(folder, words, name):
    run("baseline", "write", "m.py", "--no-cache", "--baseline", name)
    for _ in range(2):
        assert run(*words, name).exit_code == 0
    assert {path.name for path in folder.iterdir()} == {"m.py", name}


@pytest.mark.parametrize("words", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize(
    "name",
    [".git/HEAD", ".git/new.json", "link/config", "linked", "sub/../.GIT/HEAD", ".hg/dirstate", "bare/HEAD"],
)
def test_nothing_is_written_into_a_repository(folder, words, name):
    for place in (".git/HEAD", ".git/config", ".GIT/HEAD", ".hg/dirstate", "bare/HEAD", "bare/objects/a"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text("kept")
    (folder / "bare" / "refs").mkdir()
    (folder / "sub").mkdir()
    (folder / "link").symlink_to(".git")
    (folder / "linked").symlink_to(".git/HEAD")
    before = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    done = run(*words, name)
    assert done.exit_code == 2
    assert f"{name} is among the files in which a repository is kept: name another" in " ".join(
        done.stderr.split()
    )
    assert {path: path.read_text() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", [".github/report.json", "git/HEAD", ".git.json", "HEAD"])
def test_a_report_may_lie_beside_a_repository(folder, name):
    for place in (".git", ".github", "git"):
        (folder / place).mkdir()
    assert run("check", "m.py", "--no-cache", "-o", name).exit_code == 0
    assert "no findings" in (folder / name).read_text()
