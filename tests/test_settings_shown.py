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
