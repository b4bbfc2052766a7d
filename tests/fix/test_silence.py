"""`--add-ignore`: comments that say why, and change nothing but what is found."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from gradcheck.cli.commands import main

HEAD = """\
import tensorflow as tf
import tensorflow_probability as tfp


class Bell(tf.keras.layers.Layer):
    def build(self, shape):
        self.mu = self.add_weight(name="mean", shape=[1])
"""
TAIL = """
    def call(self, x):
        return self.bell.prob(x)
"""
COMMENT = "        # gradcheck: ignore[GC101] kept on purpose\n"


def run(*arguments):
    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.output.splitlines()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", ["bell.py", "./bell.py", ".//bell.py", "././/bell.py"])
def test_a_file_is_called_by_its_name(folder, path):
    (folder / "bell.py").write_text(
        f"{HEAD}        self.bell = tfp.distributions.Normal(self.mu[0], 1.0)\n{TAIL}"
    )
    assert run("check", path, "--format", "concise")[1][0].startswith("bell.py:")
    assert run("check", path, "--show-files")[1] == ["bell.py"]
    assert run("check", path, "--add-ignore", "kept on purpose")[1][0].startswith("bell.py:")


@pytest.mark.parametrize(
    "made",
    [
        pytest.param("Normal(self.mu[0], 1.0)", id="one finding"),
        pytest.param("Normal(self.mu[0], tf.exp(self.mu[0]))", id="two"),
        pytest.param(
            "Normal(\n            self.mu[0],\n            1.0,\n        )", id="over several lines"
        ),
        pytest.param("Normal(self.mu[0], \\\n            1.0)", id="a backslash"),
        pytest.param('Normal(self.mu[0], 1.0, name="""a\nb""")', id="a text"),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_comment_stands_above_the_statement(folder, made, ending):
    statement = f"        self.bell = tfp.distributions.{made}\n"
    before = (HEAD + statement + TAIL).replace("\n", ending)
    after = (HEAD + COMMENT + statement + TAIL).replace("\n", ending)
    (folder / "bell.py").write_bytes(before.encode())
    code, lines = run("check", ".", "--add-ignore", "kept on purpose")
    assert (folder / "bell.py").read_bytes() == after.encode()
    assert code == 0
    assert all(line.startswith("bell.py:") and ": silenced GC101: kept on purpose" in line for line in lines)
    assert run("check", ".")[0] == 0
    assert run("check", ".", "--add-ignore", "again") == (0, [])
    assert (folder / "bell.py").read_bytes() == after.encode()


def test_a_notebook_keeps_its_cells_and_outputs(folder):
    code = HEAD + "        self.bell = tfp.distributions.Normal(self.mu[0], 1.0)\n" + TAIL
    cell = {"cell_type": "code", "metadata": {}, "execution_count": 3, "outputs": []}
    book = {"cells": [{**cell, "source": ["%time x = 1\n"]}, {**cell, "source": code.splitlines(True)}]}
    (folder / "bell.ipynb").write_text(json.dumps(book))
    assert run("check", ".", "--add-ignore", "kept on purpose")[0] == 0
    first, second = json.loads((folder / "bell.ipynb").read_text())["cells"]
    assert first == book["cells"][0]
    assert COMMENT in second["source"] and second["execution_count"] == 3


def test_statements_that_share_a_line_share_the_comment(folder):
    line = "        kept = 1; self.bell = tfp.distributions.Normal(self.mu[0], 1.0); kept = 2\n"
    (folder / "bell.py").write_text(HEAD + line + TAIL)
    code, lines = run("check", ".", "--add-ignore", "kept on purpose")
    assert (code, lines) == (0, ["bell.py:8:56: silenced GC101: kept on purpose"])
    assert (folder / "bell.py").read_text() == HEAD + COMMENT + line + TAIL


def test_a_comment_that_lands_in_a_string_is_taken_back(folder):
    other = '        self.nu = self.add_weight(name="other", shape=[1])\n'
    kept = "        self.first = tfp.distributions.Normal(self.nu[0], 1.0)\n"
    text = '        self.note = """a\n"""; self.bell = tfp.distributions.Normal(self.mu[0], 1.0)\n'
    tail = TAIL.rstrip() + " + self.first.prob(x)\n"
    (folder / "bell.py").write_text(HEAD + other + kept + text + tail)
    code, lines = run("check", ".", "--add-ignore", "kept on purpose")
    assert code == 1
    assert lines == [
        "bell.py:9:47: silenced GC101: kept on purpose",
        "bell.py:11:43: GC101 could not be silenced by a comment above its statement",
    ]
    assert (folder / "bell.py").read_text() == HEAD + other + COMMENT + kept + text + tail


def test_where_no_comment_can_stand_the_file_stays_as_it_was(folder):
    text = "        kept = 1; \\\n  self.bell = tfp.distributions.Normal(self.mu[0], 1.0)\n"
    (folder / "bell.py").write_text(HEAD + text + TAIL)
    code, lines = run("check", ".", "--add-ignore", "kept on purpose")
    assert code == 1 and lines == [
        "bell.py:9:40: GC101 could not be silenced by a comment above its statement"
    ]
    assert (folder / "bell.py").read_text() == HEAD + text + TAIL


def test_a_file_that_changed_meanwhile_is_left_alone(folder, monkeypatch):
    from gradcheck.fix.apply import silence

    program = HEAD + "        self.bell = tfp.distributions.Normal(self.mu[0], 1.0)\n" + TAIL
    (folder / "bell.py").write_text(program)
    parse = silence.parse

    def meanwhile(source):
        (folder / "bell.py").write_text("changed = 1\n")
        return parse(source)

    monkeypatch.setattr(silence, "parse", meanwhile)
    code, lines = run("check", ".", "--add-ignore", "kept on purpose")
    assert code == 2
    assert lines == ["./bell.py: cannot be written: it changed while gradcheck ran: run it again"]
    assert (folder / "bell.py").read_text() == "changed = 1\n"


def test_a_file_that_cannot_be_written_is_no_finding(folder):
    program = HEAD + "        self.bell = tfp.distributions.Normal(self.mu[0], 1.0)\n" + TAIL
    (folder / "bell.py").write_text("# coding: unicode_escape\n" + program)
    (folder / "other.py").write_text(program)
    code, lines = run("check", "bell.py", "other.py", "--add-ignore", "kept on purpose")
    assert code == 2 and len(lines) == 2
    assert lines[0].startswith("bell.py: cannot be written: its text written as unicode_escape is not")
    assert lines[1].startswith("other.py:") and ": silenced GC101" in lines[1]
    assert (folder / "bell.py").read_text() == "# coding: unicode_escape\n" + program


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("--add-ignore", " "), "say why, in one line"),
        (("--add-ignore", "two\nlines"), "say why, in one line"),
        (("--add-ignore", "why", "--fix"), "goes without --fix"),
        (("--add-ignore", "why", "-o", "report"), "makes no report: it goes without -o and --html"),
        (("--add-ignore", "why", "--html", "report"), "makes no report: it goes without -o and --html"),
    ],
)
def test_what_makes_no_sense_is_said(folder, arguments, said):
    (folder / "bell.py").write_text(HEAD)
    code, lines = run("check", ".", *arguments)
    assert code == 2 and said in lines[-1]
    assert (folder / "bell.py").read_text() == HEAD
