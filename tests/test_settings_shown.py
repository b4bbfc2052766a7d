"""`--show-settings` and `--show-files`: what is printed is what is used."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner

from gradcheck.cli.commands import main
from gradcheck.config.pyproject import load

SETTINGS = """
[tool.gradcheck]
keras = "both"
extend-ignore = ["GC5"]
per-file-ignores = { "tests/*" = ["GC101"] }
severity = { GC201 = "info" }
exclude = ["old \\"ones\\""]
jobs = 2
cache = false

[tool.gradcheck.probe]
targets = ["train.py", { target = "model.py:make", call = "make(4)", inputs = ["8,4"], args = ["--quick"] }]
timeout = 30
"""


def run(*arguments):
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "train.py").write_text("import keras\n")
    return tmp_path


@pytest.mark.parametrize("command", [("check", "."), ("train.py",), ("probe", "train.py")])
def test_the_settings_that_are_shown_say_the_same(folder, command):
    done = run(*command, "--show-settings")
    assert done.exit_code == 0
    before = load()
    (folder / "pyproject.toml").write_text(done.output)
    assert load() == before


def test_flags_stand_on_top(folder):
    done = run("check", ".", "--show-settings", "--keras", "2", "--select", "GC1")
    (folder / "pyproject.toml").write_text(done.output)
    assert replace(load(), keras="both").keras == "both"
    assert (load().keras, load().select) == ("2", ("GC1",))


def test_it_is_said_when_there_are_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("check", ".", "--show-settings").output.startswith("# no pyproject.toml here or above")


def test_the_files_that_would_be_looked_at(folder):
    (folder / "build").mkdir()
    (folder / "build" / "copy.py").write_text("")
    (folder / 'old "ones"').mkdir()
    (folder / 'old "ones"' / "x.py").write_text("")
    (folder / "broken.py").write_bytes(b"\xff\xfe")
    (folder / "notes.txt").write_text("")
    broken, train = run("check", ".", "--show-files").output.splitlines()
    assert train == "train.py" and broken.startswith("./broken.py  # cannot be decoded")


@pytest.mark.parametrize(
    "words, shown",
    [
        (("check", "-"), ["stdin.py"]),
        (("check", "-", "--stdin-filename", "src/new.py"), ["src/new.py"]),
        (("check", "-", "--stdin-filename", "old/x.py"), ["old/x.py"]),
        (("check", "-", "--stdin-filename", "old/x.py", "--force-exclude"), []),
        (("check", "old/x.py"), ["old/x.py"]),
        (("check", "old/x.py", "--force-exclude"), []),
        (("check", "old"), ["# old: nothing in it was looked at: the settings exclude x.py; a file that is"]),
        (("train.py:keras",), ["train.py"]),
        (("probe", "train", "old/x.py"), ["train.py", "old/x.py"]),
        (("json",), ["json  # no source found from here"]),
        ((), ["train.py", "old/x.py"]),
    ],
)
def test_what_is_not_found_by_a_walk_is_shown_as_it_is_read(folder, words, shown):
    (folder / "old").mkdir()
    (folder / "old" / "x.py").write_text("make = 1\n")
    (folder / "pyproject.toml").write_text(
        '[tool.gradcheck]\nexclude = ["old"]\n'
        '[tool.gradcheck.probe]\ntargets = ["train.py", "old/x.py:make"]\n'
    )
    done = run(*words, "--show-files")
    assert done.exit_code == 0
    assert [line[:76] for line in done.output.splitlines()] == [line[:76] for line in shown]
