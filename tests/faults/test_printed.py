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
from gradcheck.base.printable import printable, sentence, wrapped
from gradcheck.cli.commands import main
from gradcheck.fix.apply.fixpoint import FixedFile
from gradcheck.fix.apply.patch import patch
from gradcheck.output import Screen, formats, render
from gradcheck.report.report import Problem, Report
from gradcheck.source.discover import SourceFile

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


NAMES = {
    "a line of a patch": ('a\n--- "b".py', '"{}/a\\012--- \\042b\\042.py"\t'),
    "a tab": ("a\tb.py", '"{}/a\\011b.py"'),
    "a quote": ('a"b.py', '"{}/a\\042b.py"'),
    "a single quote": ("a'b.py", "{}/a'b.py"),
    "a backslash": ("a\\b.py", '"{}/a\\134b.py"'),
    "a return": ("a\rb.py", '"{}/a\\015b.py"'),
    "no text": ("a\udcffb.py", '"{}/a\\377b.py"'),
    "a blank": ("a b.py", "{}/a b.py\t"),
    "a line break of another alphabet": ("a\u2028b.py", "{}/a\u2028b.py"),
    "an arrow": ("a => b.py", "{}/a => b.py\t"),
    "a place in a patch": ("@@ -1 +1 @@.py", "{}/@@ -1 +1 @@.py\t"),
    "nothing odd": ("a.py", "{}/a.py"),
}
LAYER = (
    "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n"
    "    def build(self, shape):\n        self.w = self.add_weight(name='w', shape=[1])\n"
    "        self.c = self.w[0]\n    def call(self, x):\n        return x * self.c\n"
)


def applies(patch, folder):
    git = subprocess.run(["git", "apply", "--check", "-"], input=patch, cwd=folder).returncode
    return git == subprocess.run(["patch", "-p1", "--dry-run"], input=patch, cwd=folder).returncode == 0


@pytest.mark.parametrize("name, shown", NAMES.values(), ids=NAMES)
def test_a_patch_names_its_file_as_git_does(tmp_path, monkeypatch, name, shown):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(LAYER)
    patch = CliRunner().invoke(main, ["check", "--diff", name]).stdout_bytes
    old, new = (shown.format(side).encode("utf-8", "surrogateescape") for side in "ab")
    assert patch.startswith(b"--- %s\n+++ %s\n@@ " % (old, new))
    assert applies(patch, tmp_path)


@pytest.mark.parametrize("spelled", ["sub/x.py", "./sub/x.py", "sub/./x.py", "sub//x.py", "{}/sub/x.py"])
@pytest.mark.parametrize("through_a_link", [False, True])
def test_a_patch_applies_in_the_folder_it_was_made_in(tmp_path, monkeypatch, spelled, through_a_link):
    (tmp_path / "here" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to("here")
    (tmp_path / "here" / "sub" / "x.py").write_text(LAYER)
    here = tmp_path / ("link" if through_a_link else "here")
    monkeypatch.chdir(here)
    patch = CliRunner().invoke(main, ["check", "--diff", spelled.format(here)]).stdout_bytes
    assert patch.startswith(b"--- a/sub/x.py\n+++ b/sub/x.py\n@@ ")
    assert applies(patch, here)


def test_a_patch_of_a_file_outside_applies_at_the_root(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "x.py").write_text(LAYER)
    monkeypatch.chdir(tmp_path / "here")
    patch = CliRunner().invoke(main, ["check", "--diff", "../x.py"]).stdout_bytes
    assert patch.startswith(b"--- a%s/x.py\n" % os.fsencode(os.path.realpath(tmp_path)))
    assert applies(patch, "/")


CODED = {
    "latin-1": b"# coding: latin-1\nx = '\xe9'  # \xff\n",
    "cp1252": b"# coding: cp1252\nx = '\x80'\n",
    "a mark in front": b"\xef\xbb\xbf",
    "utf-8": "x = '\xe9\u6f22\U0001f600'\n".encode(),
}


@pytest.mark.parametrize("how", [[], ["-o", "made.patch"]], ids=["printed", "written"])
@pytest.mark.parametrize("head", CODED.values(), ids=CODED)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_a_patch_has_the_bytes_of_its_file(tmp_path, monkeypatch, head, how, encoding):
    monkeypatch.chdir(tmp_path)
    code = (
        b"import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n"
        b"    def build(self, shape):\n        self.w = self.add_weight(name='w', shape=[1])\n"
        b"        self.c = self.w[0]\n    def call(self, x):\n        return x * self.c\n"
    )
    (tmp_path / "model.py").write_bytes(head + code)
    made = CliRunner(charset=encoding).invoke(main, ["check", "--diff", "model.py", *how]).stdout_bytes
    made = (tmp_path / "made.patch").read_bytes() if how else made
    assert subprocess.run(["git", "apply", "-"], input=made, cwd=tmp_path).returncode == 0
    by_patch = (tmp_path / "model.py").read_bytes()
    (tmp_path / "model.py").write_bytes(head + code)
    CliRunner().invoke(main, ["check", "--fix", "model.py"])
    assert (tmp_path / "model.py").read_bytes() == by_patch != head + code


@pytest.mark.parametrize("returns", [-1, 1], ids=["all lines", "one line"])
def test_there_is_no_patch_of_lines_that_end_in_carriage_returns_alone(tmp_path, monkeypatch, returns):
    """Neither git nor patch knows such lines, and a log that does could obey one."""
    monkeypatch.chdir(tmp_path)
    code = (
        "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n"
        "    def build(self, shape):\n        self.w = self.add_weight(name='w', shape=[1])\n"
        "        self.c = self.w[0]\n    def call(self, x):\n        return x * self.c\n"
    )
    (tmp_path / "other.py").write_text(code)
    (tmp_path / "model.py").write_bytes(code.replace("\n", "\r", returns).encode())
    before = (tmp_path / "model.py").read_bytes()
    done = CliRunner().invoke(main, ["check", "--diff", "model.py", "other.py"])
    assert done.exit_code == 2
    assert (
        "could not look: model.py:1: cannot be repaired: its lines end in carriage returns alone, which a "
        "patch cannot have: use `--fix` instead"
    ) in done.stderr
    assert "model.py:5:18: would fix" not in done.stderr and "other.py:5:18: would fix GC101" in done.stderr
    assert (tmp_path / "model.py").read_bytes() == before
    git = ["git", "apply", "-"]
    assert subprocess.run(git, input=done.stdout_bytes, cwd=tmp_path).returncode == 0
    assert (tmp_path / "other.py").read_text() != code
    assert CliRunner().invoke(main, ["check", "--fix", "model.py"]).exit_code == 0
    assert (tmp_path / "model.py").read_bytes() != before


COMMAND = "::add-mask::x"
AROUND = {
    "before and behind": ([COMMAND, "a", COMMAND], [COMMAND, "b", COMMAND]),
    "next to the edges of a hunk": (["c", COMMAND, COMMAND, COMMAND], [COMMAND] * 3 + ["d"]),
    "far away": (["c", COMMAND, *"efg"], [*"hij", COMMAND]),
    "indented": (["\t  ::error::x", "a"], ["\x0c ::stop-commands::x"]),
    "at both ends": (["::first::"], ["::last::"]),
}


@pytest.mark.parametrize("ending", ["", "\n"])
@pytest.mark.parametrize("above, below", AROUND.values(), ids=AROUND)
def test_no_line_of_a_patch_is_a_command(tmp_path, monkeypatch, above, below, ending):
    monkeypatch.chdir(tmp_path)
    quotes = [] if above[0].startswith("::first") else ['"""']
    old = [*quotes, *above, *quotes, "x = 1", *quotes, *below, *quotes]
    new = [line.replace("x = 1", "x = 2") for line in old]
    texts = ["\n".join(lines) + ending for lines in (old, new)]
    (tmp_path / "m.py").write_text(texts[0])
    made = patch([FixedFile(SourceFile("m.py", texts[0]), texts[1])])
    assert not any(line.lstrip().startswith("::") for line in made.split("\n"))
    git = ["git", "apply", "-"]
    assert subprocess.run(git, input=made.encode(), cwd=tmp_path).returncode == 0
    assert (tmp_path / "m.py").read_text() == texts[1]


def test_a_patch_without_commands_has_three_lines_of_context(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    old = [f"{number}\n" for number in range(20)]
    new = [*old[:10], "x :: y\n", *old[11:]]
    (tmp_path / "m.py").write_text("".join(old))
    made = patch([FixedFile(SourceFile("m.py", "".join(old)), "".join(new))]).splitlines()
    assert made[2:] == ["@@ -8,7 +8,7 @@", " 7", " 8", " 9", "-10", "+x :: y", " 11", " 12", " 13"]


def captured(comment: str) -> str:
    """A program whose fix moves a line with this comment."""
    return (
        "import tensorflow as tf\nclass L(tf.keras.layers.Layer):\n"
        "    def build(self, shape):\n        self.w = self.add_weight(name='w', shape=[1])\n"
        f"        self.c = self.w[0]  # {comment}\n    def call(self, x):\n        return x * self.c\n"
    )


COMMENTS = ["\x1b]0;t\x07\u202eb\u009b31m", "##teamcity[message]", TEXTS["a command of a pipeline"]]


@pytest.mark.parametrize("comment", COMMENTS)
@pytest.mark.parametrize("form", ["text", "markdown"])
def test_the_lines_that_a_fix_changes_are_obeyed_by_nobody(tmp_path, monkeypatch, comment, form):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / "m.py").write_text(captured(comment), encoding="utf-8")
    shown = CliRunner().invoke(main, ["check", "--format", form, "m.py"]).stdout
    assert ("return self.w[0]" in shown) == (form == "text")
    assert "self.c = self.w[0]" in shown and leaks(shown) == []


@pytest.mark.parametrize("comment", ["##[add-mask]x", "##vso[task.setvariable]x"])
def test_a_patch_that_a_log_would_obey_is_refused_there(tmp_path, monkeypatch, comment):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.py").write_text(captured(comment))
    words = ["check", "--diff", "m.py"]
    assert comment in CliRunner().invoke(main, words).stdout
    for name in ("GITHUB_ACTIONS", "TF_BUILD"):
        done = CliRunner(env={name: "true"}).invoke(main, words)
        assert done.exit_code == 2 and comment not in done.stdout
        assert "write it to a file with -o" in done.stderr
        done = CliRunner(env={name: "true"}).invoke(main, [*words, "-o", "m.patch"])
        assert comment in (tmp_path / "m.patch").read_text() and done.exit_code == 1


@pytest.mark.parametrize(
    "text, shown",
    [
        ("self.mu[1::2]", "self.mu[1::2]"),
        ("é漢字 \N{NO-BREAK SPACE}x", "é漢字 \N{NO-BREAK SPACE}x"),
        ("\x1b[1mbold\x1b[0m.py", "\\x1b[1mbold\\x1b[0m.py"),
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("a\udcffb", "a\\xffb"),
        ("::warning::x", "\\::warning::x"),
    ],
)
def test_what_is_shown(text, shown):
    assert printable(text) == shown


def test_a_word_that_is_broken_is_no_command():
    lines = wrapped("a" * 20 + "::add-mask::secret", 20)
    assert lines == ["a" * 20, "\\::add-mask::secret"]


def test_lines_of_a_sentence_run_on_and_its_colours_are_dropped():
    assert sentence("one\r\n  two\n\n\x1b[1mthree\x1b[0m\n") == "one two three"
