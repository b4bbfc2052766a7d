"""Whatever a program, a file or a name says: nothing but what is to be seen reaches a terminal or a log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from output.samples import FULL

from faults.poison import TEXTS, leaks
from gradcheck.base.printable import printable, sentence
from gradcheck.cli.commands import main
from gradcheck.output import Screen, formats, render
from gradcheck.report.report import Problem, Report

BYTES = {name: text for name, text in TEXTS.items() if "\0" not in text and "\ud800" not in text}
"""What can be the name of a file, once slashes are left out."""


def poisoned(value, text):
    """The same value with a text added to every text in it."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return value + text
    if isinstance(value, tuple):
        return tuple(poisoned(item, text) for item in value)
    if is_dataclass(value):
        keep = {"rule", "status", "protection"}
        return replace(
            value,
            **{
                one.name: poisoned(getattr(value, one.name), text)
                for one in fields(value)
                if one.name not in keep
            },
        )
    return value


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("form", formats())
def test_every_format_is_harmless(form, text):
    everywhere = poisoned(FULL, text)
    at_the_start = Report(errors=(Problem(text, 1, text),), notes=(text,))
    for report in (everywhere, at_the_start):
        written = render(form, report, Screen(width=80, verbose=True, statistics=True))
        written.encode()
        assert leaks(written) == []
        if form in ("json", "sarif", "gitlab", "rdjson"):
            json.loads(written)
        if form == "json-lines":
            assert all(json.loads(line) for line in written.splitlines())
        if form == "junit":
            ElementTree.fromstring(written)
        if form == "github":
            lines = written.splitlines()
            assert sum(line.startswith("::") for line in lines) == _annotations(report)


def _annotations(report):
    probes = sum(probe.status != "ok" for probe in report.probes)
    return len(report.findings) + len(report.refuted) + len(report.errors) + probes


def test_formats_that_can_write_a_character_by_its_number_keep_it():
    text = "a\x1b\x9b\u202eb\U000e0041"
    report = Report(errors=(Problem("a.py", 1, text),))
    (error,) = json.loads(render("json", report, Screen()))["errors"]
    assert error["message"] == text


@pytest.mark.parametrize("text", BYTES.values(), ids=BYTES)
def test_a_name_of_a_file(tmp_path, text):
    folder = os.fsencode(tmp_path)
    name = os.fsencode(text.replace("/", "_")) + b".py"
    source = b"import tensorflow as tf\nw = tf.Variable([1])\ntf.stop_gradient(w))\n"
    with open(os.path.join(folder, name), "wb") as stream:
        stream.write(source)
    for form in formats():
        done = CliRunner().invoke(main, ["check", "--no-cache", str(tmp_path), "--format", form])
        assert done.exit_code == 2, done.output
        assert leaks(done.stdout) == leaks(done.stderr) == []
    for words in (["check", "--baseline"], ["check", "--config"], ["check", "a.py", "-o"]):
        done = CliRunner().invoke(main, [*words, os.path.join(str(tmp_path), text.replace("/", "_"), "x")])
        assert done.exit_code == 2 and leaks(done.output) == []


def test_a_name_that_is_no_text_goes_to_a_file_too(tmp_path):
    (tmp_path / os.fsdecode(b"m\xff.py")).write_text("import tensorflow as tf\n(")
    for form in formats():
        out = tmp_path / "out"
        command = [
            sys.executable,
            "-m",
            "gradcheck",
            "check",
            ".",
            "--no-cache",
            "--format",
            form,
            "-o",
            "out",
        ]
        assert subprocess.run(command, cwd=tmp_path).returncode == 2
        assert leaks(out.read_text(encoding="utf-8")) == []


def test_a_patch_names_its_file_as_git_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = 'a\n--- "b".py'
    (tmp_path / name).write_text(
        "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n"
        "    def build(self, shape):\n        self.w = self.add_weight(name='w', shape=[1])\n"
        "        self.c = self.w[0]\n    def call(self, x):\n        return x * self.c\n"
    )
    patch = CliRunner().invoke(main, ["check", "--diff", name]).stdout
    assert patch.startswith('--- "a/a\\012--- \\042b\\042.py"\n+++ "b/a\\012--- \\042b\\042.py"\n')
    git = ["git", "apply", "-"]
    assert subprocess.run(git, input=patch.encode(), cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "text, shown",
    [
        ("self.mu[1::2]", "self.mu[1::2]"),
        ("é漢字 \N{NO-BREAK SPACE}x", "é漢字 \N{NO-BREAK SPACE}x"),
        ("\x1b[1mbold\x1b[0m", "bold"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("a\udcffb", "a\\xffb"),
        ("::warning::x", "\\::warning::x"),
    ],
)
def test_what_is_shown(text, shown):
    assert printable(text) == shown


def test_lines_of_a_sentence_run_on():
    assert sentence("one\r\n  two\n\nthree\n") == "one two three"
