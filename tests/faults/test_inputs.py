"""A bad file costs no more than itself: the others are reported, it is named, and the exit code is 2."""

from __future__ import annotations

import json
import os
import subprocess
from string import ascii_letters, ascii_lowercase

import pytest
from click.testing import CliRunner
from programs import SCALE

from gradcheck.base.itself import started
from gradcheck.cli.commands import main
from gradcheck.sharing.apart import apart

SPEAKS = b"import tensorflow as tf\nw = tf.Variable([1.0])\n"


def notebook(source) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": source}]}).encode()


UNREADABLE = {
    "syntax.py": SPEAKS + b"def (\n",
    "skipped_by_the_byte_test.py": b"import tensorflow as tf\nx = = 1\n",
    "python2.py": b"import tensorflow as tf\nprint 'loss', 3\n",
    "utf16.py": "import tensorflow as tf\n".encode("utf-16"),
    "utf16_without_mark.py": "import tensorflow as tf\n".encode("utf-16-le"),
    "zeros.py": SPEAKS + b"\0\0",
    "punycode.py": b"# coding: punycode\n" + SPEAKS + b"\xff\n",
    "undefined.py": b"# coding: undefined\n" + SPEAKS,
    "no_such.py": b"# coding: no-such\n" + SPEAKS,
    "hexadecimal.py": b"# coding: hex\n" + SPEAKS,
    "deep.py": SPEAKS + b"x = " + b"(" * 20_000 + b")" * 20_000,
    "minus.py": SPEAKS + b"x = " + b"-" * 20_000 + b"1\n",
    "attributes.py": SPEAKS + b"x = a" + b".b" * 100_000 + b"\n",
    "huge.py": SPEAKS + b"# " + b"x" * 9_000_000,
    "null.ipynb": notebook(None),
    "number.ipynb": notebook(3),
    "numbers.ipynb": notebook([1, 2]),
    "table.ipynb": notebook({"a": "b"}),
    "a_list.ipynb": b"[]",
    "a_number.ipynb": b"3",
    "nothing.ipynb": b"",
    "cut_short.ipynb": notebook("x")[:-3],
    "nested.ipynb": b"[" * 20_000 + b"]" * 20_000,
    "nested_in_a_cell.ipynb": notebook("x").replace(b'"x"', b"[" * 20_000 + b"]" * 20_000),
    "old_format.ipynb": b'{"cells": [{"cell_type": "code", "input": "x = 1"}]}',
    "older_format.ipynb": b'{"worksheets": [{"cells": [{"cell_type": "code"}]}]}',
    "no_type.ipynb": b'{"cells": [{"cell_type": "Code", "source": "x = 1"}]}',
    "no_text.ipynb": b'{"cells": [{"cell_type": "code", "source": "\xff"}]}',
}

WIDE = {ord(one): ord(one) + 0xFEE0 for one in ascii_letters}
ITALIC = {ord(one): 0x1D622 + ord(one) - ord("a") for one in ascii_lowercase}
"""Other letters: in a name, Python reads them as the plain ones."""

READABLE = {
    "braces.py": SCALE.replace("tf.nn.softplus(self.raw)", "{'{': self.raw, '{0!r:{}}': '}{'}['{']").encode(),
    "huge_range.py": SPEAKS + b"for i in range(99999999999999999999):\n    pass\n",
    "huge_number.py": SPEAKS + b"x = " + b"9" * 310 + b" * 1.0\n",
    "hexadecimal_number.py": SPEAKS + b"x = 0x" + b"f" * 100_000 + b"\nprint(f'{x}')\n",
    "growing_number.py": SPEAKS + b"x = 3\n" + b"x = x * x\n" * 60 + b"y = tf.ones([x]) * w\n",
    "powers.py": SPEAKS + b"x = 10.0\n" + b"x = x ** x\n" * 9 + b"y = w ** x\n",
    "division.py": SPEAKS + b"x = 1 / 0 + 1 // 0 + 1 % 0 + 1e308 * 10 - 1e999\ny = tf.ones([x]) * w\n",
    "too_few.py": SPEAKS
    + b"for f in (tf.subtract, tf.divide, tf.pow, tf.greater):\n    tf.math.log(1 - f() + f(w))\n"
    b"tf.sqrt(tf.subtract())\ntf.sqrt(tf.divide())\ntf.sqrt(tf.pow())\ntf.sqrt(tf.maximum(w))\ntf.sqrt(tf.less())\n",
    "own_base.py": b"import tensorflow as tf\nclass A(A, tf.keras.Model): pass\nclass B(B): pass\n",
    "circle.py": b"import tensorflow as tf\nclass A(B): pass\nclass B(A): pass\nA()\n",
    "imports_itself.py": b"from imports_itself import *\nimport imports_itself\n" + SPEAKS,
    "holds_itself.py": SPEAKS + b"a = []\na.append(a)\nb = {}\nb[1] = b\ntf.add_n(a)\nb[1][1][1]\n",
    "mark.py": "\ufeff".encode() + SPEAKS,
    "windows.py": SPEAKS.replace(b"\n", b"\r\n"),
    "old_mac.py": SPEAKS.replace(b"\n", b"\r"),
    "form_feed.py": SPEAKS + b"\x0c\n\x0cx = 1\n",
    "nothing.py": b"",
    "comment.py": b"# tensorflow keras Layer",
    "surrogate.py": SPEAKS + b"x = '\\ud800'\nw.x = x\n",
    "no_cells.ipynb": b'{"cells": []}',
    "#cell3.py": SPEAKS,
    "a.ipynb#cell3.py": SPEAKS,
    "new\nline.py": SPEAKS,
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with one model that has one finding."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(SCALE)
    return tmp_path


def check(*words):
    done = CliRunner().invoke(main, ["check", *words, "--format", "json"])
    assert "Traceback" not in done.output and "itself failed" not in done.output
    return done.exit_code, json.loads(done.stdout)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_named(folder, name):
    (folder / name).write_bytes(UNREADABLE[name])
    for words in (["."], ["model.py", name], [name, "model.py", "--no-cache"]):
        code, report = check(*words)
        assert code == 2
        assert [error["path"] for error in report["errors"]] == [name]
        assert "fault of gradcheck" not in report["errors"][0]["message"]
        assert [found["rule"] for found in report["findings"]] == ["GC101"]


def test_all_of_them_at_once(folder):
    for name, data in (UNREADABLE | READABLE).items():
        (folder / name).write_bytes(data)
    code, report = check(".")
    assert code == 2
    assert {error["path"] for error in report["errors"]} == {*UNREADABLE}
    assert [one["path"] for one in report["findings"] if one["rule"] == "GC101"].count("model.py") == 1


@pytest.mark.parametrize("name", READABLE)
def test_what_can_be_read_is_no_problem(folder, name):
    (folder / name).write_bytes(READABLE[name])
    code, report = check(".")
    assert code == 1 and report["errors"] == []


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_comment_is_heeded_whatever_ends_its_line(folder, ending):
    silenced = SCALE.replace("softplus(self.raw)", "softplus(self.raw)  # gradcheck: ignore[GC101]")
    (folder / "model.py").write_bytes(silenced.replace("\n", ending).encode())
    (folder / "book.ipynb").write_bytes(notebook(silenced.replace("\n", ending)))
    assert check(".") == (0, {**check(".")[1], "findings": [], "errors": []})


@pytest.mark.parametrize("named, silenced", [("", True), ("[GC101]", True), ("[]", False), ("[ , ]", False)])
def test_a_comment_that_names_no_rule_silences_none(folder, named, silenced):
    (folder / "model.py").write_text(
        SCALE.replace("softplus(self.raw)", f"softplus(self.raw)  # gradcheck: ignore{named}")
    )
    code, report = check("model.py")
    assert (code, [one["rule"] for one in report["findings"]]) == ((0, []) if silenced else (1, ["GC101"]))
    said = CliRunner().invoke(main, ["check", "model.py"]).stdout
    assert ("model.py:6: this comment silences nothing" in said) == (not silenced)


@pytest.mark.parametrize(
    "said",
    ["{GC301}", "<GC301>", '"GC301"', "-> GC301", "- GC301", "only GC301", "cast-to-integer", "301", "gc3"],
)
@pytest.mark.parametrize("word", ["ignore", "ignore-file"])
def test_a_comment_that_may_mean_one_rule_silences_none(folder, word, said):
    (folder / "model.py").write_text(f"# gradcheck: {word} {said}\n{SCALE}")
    assert check("model.py")[0] == 1


BLOCK = """import tensorflow as tf


class Net(tf.keras.layers.Layer):
    {above}
    @property{behind}
    def scale(self):
        return 2.0

    def build(self, shape):
        self.w = self.add_weight(name="w", shape=[1])
        self.k = tf.exp(self.w)

    def call(self, x):
        return x * self.k * self.scale
"""


@pytest.mark.parametrize("behind", ["", "  # noqa", "  # gradcheck: ignore on purpose"])
@pytest.mark.parametrize("above", ["", "# noqa", "# see the notes # noqa", "# gradcheck: ignore on purpose"])
def test_a_comment_below_the_header_of_a_block_is_not_of_the_block(folder, above, behind):
    (folder / "model.py").write_text(BLOCK.format(above=above, behind=behind))
    assert [one["rule"] for one in check("model.py")[1]["findings"]] == ["GC101"]


@pytest.mark.parametrize(
    "header",
    ["class Net(tf.keras.layers.Layer):  # noqa", "class Net(\n    tf.keras.layers.Layer\n):  # noqa"],
)
def test_a_comment_behind_a_header_is_of_the_block(folder, header):
    text = BLOCK.format(above="", behind="").replace("class Net(tf.keras.layers.Layer):", header)
    (folder / "model.py").write_text(text)
    assert check("model.py") == (0, check("model.py")[1])


def test_a_comment_above_a_decorator_is_of_what_is_decorated(folder):
    text = SCALE.replace(
        "    def build", "    # gradcheck: ignore on purpose\n    @tf.function\n    def build"
    )
    (folder / "model.py").write_text(text)
    assert check("model.py")[1]["findings"] == []


def test_a_comment_ends_with_its_cell(folder):
    cells = ["import tensorflow as tf\n", "# left over  # gradcheck: ignore", SCALE]
    made = [{"cell_type": "code", "source": one, "outputs": [], "metadata": {}} for one in cells]
    book = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "book.ipynb").write_text(json.dumps(book))
    assert [one["rule"] for one in check("book.ipynb")[1]["findings"]] == ["GC101"]


CASES = """import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[3])
        match len(input_shape):
            case 1:{first}
                self.rank = 1
            case _:{last}
                self.scale = tf.nn.softplus(self.raw)

    def call(self, x):
        return x * self.scale
"""


@pytest.mark.parametrize(
    "first, last, rules", [("first", "", ["GC101"]), ("", "last", []), ("", "", ["GC101"])]
)
def test_a_comment_behind_a_case_silences_that_case(folder, first, last, rules):
    comments = {"first": "  # gradcheck: ignore[GC101]", "last": "  # gradcheck: ignore[GC101]", "": ""}
    (folder / "model.py").write_text(CASES.format(first=comments[first], last=comments[last]))
    assert [one["rule"] for one in check("model.py")[1]["findings"]] == rules


ODD_COMMENTS = {
    **{
        f"gradcheck: ignore{odd}": True
        for odd in ("[GC302", " [GC302", "[", ": GC302", "(GC302)", "d", "-next")
    },
    **{
        f"gradcheck: ignore{odd}": True
        for odd in (" GC302", " (GC302)", " : GC302", " = GC302", ", GC302", " \uff3bGC302\uff3d")
    },
    **{f"gradcheck: ignore-file{odd}": True for odd in ("[GC302", " [GC302", "s", "-name", ":")},
    **{f"noqa{odd}": False for odd in (" : GC302", "[GC302]", "(GC302)", ": nothing", "-not", "body")},
    **{
        f"gradcheck: ignore {reason}": True
        for reason in (
            *(
                "weight-read-in-build here",
                "this weight-read-in-build",
                "Weight_Read_In_Build",
                "my-rule it is",
            ),
            *(
                "this one: weight read in build",
                "this GC",
                "see E501",
                "# weight-read-in-build",
                "# E501",
                "- why",
            ),
        )
    },
    **{
        f"gradcheck: ignore-file {reason}": True
        for reason in ("this weight-read-in-build", "of path-stopped")
    },
    **{f"noqa{odd}": False for odd in (", E501", "=E501", " = E501", " E501", "; E501", "/E501", "(E501)")},
    **{f"noqa {odd}": False for odd in ("- E501", "-- E501", "; E501", ". e501", "# E501", "all but E501")},
    **{f"NOQA{odd}": False for odd in (": E501", " - E501", "[GC101]")},
}


@pytest.mark.parametrize("comment, is_told", ODD_COMMENTS.items(), ids=ODD_COMMENTS)
def test_a_comment_that_is_spelled_otherwise_silences_none(folder, comment, is_told):
    """It may mean one rule: to take it for all would hide another one."""
    (folder / "model.py").write_text(SCALE.replace("softplus(self.raw)", f"softplus(self.raw)  # {comment}"))
    code, report = check("model.py")
    assert (code, [one["rule"] for one in report["findings"]]) == (1, ["GC101"])
    assert bool(report["notes"]) == is_told


@pytest.mark.parametrize("comment", ["gradcheck: ignore [GC101]", "gradcheck: ignore-file [GC101] why"])
@pytest.mark.parametrize("rule, silenced", [("GC101", True), ("GC302", False)])
def test_the_brackets_of_a_comment_may_stand_apart(folder, comment, rule, silenced):
    comment = comment.replace("GC101", rule)
    (folder / "model.py").write_text(SCALE.replace("softplus(self.raw)", f"softplus(self.raw)  # {comment}"))
    assert check("model.py")[0] == (0 if silenced else 1)


HEEDED = [
    *("noqa : GC101", "noqa", "NOQA", "NoQA: gc101", "noqa: E501, GC101", "noqa why not"),
    *("noqa  # type: ignore[attr-defined]", "noqa  # pylint: disable=C0103", "noqa of the TF2 kind"),
    *("gradcheck: ignore", "gradcheck: ignore why not", "gradcheck: ignore  # why not"),
    *("gradcheck: ignore it is well-known", "gradcheck: ignore  # noqa: E501"),
]


@pytest.mark.parametrize("comment", HEEDED)
def test_other_spellings_of_a_comment_are_heeded(folder, comment):
    (folder / "model.py").write_text(SCALE.replace("softplus(self.raw)", f"softplus(self.raw)  # {comment}"))
    assert check("model.py")[0] == 0


def test_a_text_that_is_no_python_is_said_when_it_is_named(folder):
    (folder / "notes.py").write_text("Dear reader, this is no program.\n")
    assert check("notes.py")[0] == 2
    code, report = check(".")
    assert code == 1 and report["errors"] == []


@pytest.mark.parametrize(
    "words", ["tensorflow", "keras", "Layer", "add_weight", "tensorflow keras add_weight"]
)
@pytest.mark.parametrize("letters", [WIDE, ITALIC], ids=["wide", "italic"])
def test_names_in_other_letters_are_names(folder, words, letters):
    text = SCALE
    for word in words.split():
        text = text.replace(word, word.translate(letters))
    (folder / "model.py").write_text("x = 1\n")
    (folder / "letters.py").write_text(text)
    code, report = check(".")
    assert code == 1
    assert [(one["path"], one["line"], one["rule"]) for one in report["findings"]] == [
        ("letters.py", 6, "GC101")
    ]


def test_a_broken_file_that_names_the_framework_in_other_letters_is_said(folder):
    (folder / "letters.py").write_text(f"import {'keras'.translate(WIDE)}\nx = = 1\n")
    code, report = check(".")
    assert code == 2 and [error["path"] for error in report["errors"]] == ["letters.py"]


def test_the_summary_counts(folder):
    (folder / "idle.py").write_text("x = 1\n")
    (folder / "broken.py").write_text("import keras\n(")
    done = CliRunner().invoke(main, ["check", "."])
    assert (
        "(2 files, 1 with nothing to follow; 1 could not be read; 1 weight: 1 cut; not everything"
        in done.stdout
    )


@pytest.mark.parametrize("kind", ["pipe", "device", "endless", "folder", "missing", "loop", "socket"])
def test_only_regular_files_are_read(folder, kind):
    place = folder / "strange.py"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        (place / "inside").mkdir(parents=True)
    elif kind == "socket":
        import socket

        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("strange.py")
    else:
        targets = {"device": "/dev/null", "endless": "/dev/zero", "loop": place, "missing": "nowhere"}
        place.symlink_to(targets[kind])
    code, report = check(".")
    assert len(report["findings"]) == 1
    assert (code, len(report["errors"])) == ((1, 0) if kind == "folder" else (2, 1))


def test_pipes_everywhere_else(folder):
    for name in (".gitignore", "pyproject.toml", "package"):
        os.mkfifo(folder / name)
    (folder / "model.py").write_text("from package import x\n" + SCALE)
    (folder / "package").unlink()
    os.mkfifo(folder / "package.py")
    assert check("model.py")[0] == 1
    done = CliRunner().invoke(main, ["check", "."])
    assert ".gitignore: cannot be read: it is not a regular file; nothing was ignored for it" in done.output
    os.mkfifo(folder / "known.json")
    for words in (["--config", "pyproject.toml"], ["--baseline", "known.json"]):
        done = CliRunner().invoke(main, ["check", "model.py", *words])
        assert done.exit_code == 2 and "not a regular file" in done.stderr


@pytest.mark.parametrize("kind", ["folder", "pipe", "link to nowhere"])
@pytest.mark.parametrize("words", [["check", "sub/model.py"], ["check", "sub/model.py", "--format", "json"]])
def test_a_place_of_settings_that_is_no_file_is_said(folder, kind, words):
    """The search goes on above it."""
    place = folder / "sub" / "pyproject.toml"
    place.parent.mkdir()
    (folder / "model.py").rename(folder / "sub" / "model.py")
    (folder / "pyproject.toml").write_text('[tool.gradcheck]\nignore = ["GC101"]\n')
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to("nowhere")
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0
    assert done.stderr == f"gradcheck: {place}: no settings are read from it, as it is not a regular file\n"


def test_a_file_of_settings_is_no_reason_to_say_anything(folder):
    (folder / "real.toml").write_text('[tool.gradcheck]\nignore = ["GC101"]\n')
    (folder / "pyproject.toml").symlink_to("real.toml")
    done = CliRunner().invoke(main, ["check", "model.py"])
    assert (done.exit_code, done.stderr) == (0, "")


GITIGNORES = {
    "lines that git accepts": "!\n\\\n[z-a]\n***/x\n[\n]\n[[\n!!\n\\\\\\\n/\n//\n#\n \n\\ \n[!]\n",
    "only stars": "****\n!model.py\n",
    "a class of characters": "[[:alpha:]]x\n[^a]zz\n[]]\n[a-\n",
    "no text": "\udcff\udcfe\n",
    "zeros": "\0\n",
    "stars": "*a" * 40 + "\n" + "**/a/" * 30 + "\n",
    "stars in several parts": "*a*a*/*a*a*b.pyc\n",
    "long": "a" * 100_000,
    "many": "x\n" * 2_000,
}


@pytest.mark.parametrize("text", GITIGNORES.values(), ids=GITIGNORES)
def test_what_git_accepts_in_a_gitignore_is_accepted(folder, text):
    subprocess.run(["git", "init", "-q"], check=True)
    (folder / ".gitignore").write_text(f"{text}\nidle.py\n", errors="surrogateescape")
    files = ["model.py", "idle.py", f"{'a' * 250}/{'a' * 240}b.py"]
    (folder / files[2]).parent.mkdir()
    for name in files[1:]:
        (folder / name).write_text("x = 1\n")
    ask = ["git", "check-ignore", "--no-index", *files]
    ignored = subprocess.run(ask, capture_output=True, text=True).stdout.splitlines()
    done = CliRunner().invoke(main, ["check", "."])
    assert done.exit_code == 1
    heeded = "was not heeded" not in done.stdout
    assert heeded == ("*a*a" not in text)
    assert f"({3 - len(ignored) if heeded else 2} file" in done.stdout


DEEPER = {
    "taken back below": {".gitignore": "*.py\n", "sub/.gitignore": "!a.py\n"},
    "taken back from above": {"sub/.gitignore": "a.py\n", ".gitignore": "!a.py\n"},
    "ignored anew": {".gitignore": "*.py\n!a.py\n", "sub/.gitignore": "/a.py\n"},
    "in a folder that is ignored": {".gitignore": "sub/\n", "sub/.gitignore": "!a.py\n"},
    "ends of lines that are none": {".gitignore": "# page\x0c*.py\n#\x0b*.py\n#\x85*.py\n#\u2028*.py\n"},
    "all but Python": {".gitignore": "*\n!*/\n!*.py\n"},
    "all but some of it": {".gitignore": "*\n!*/\n\n!a.py\n!model.py\n"},
    "what is inside a folder": {".gitignore": "sub/**\n!sub/**/\n!sub/**/a.py\n"},
    "lines of Windows": {".gitignore": "a.py\r\n"},
    "a tab behind": {".gitignore": "a.py\t\nb.py  \n"},
    "a blank in front": {".gitignore": " a.py\n\tb.py\n"},
    "a mark in front": {".gitignore": "\ufeffa.py\n"},
    "named classes": {".gitignore": "[[:alpha:]].p[[:lower:]]\n"},
    "excluded from this repository": {".git/info/exclude": "a.py\nsub/b.py\n"},
    "excluded and taken back": {".git/info/exclude": "*.py\n", ".gitignore": "!b.py\n"},
    "excluded from nothing": {".git/info/exclude": "# *.py\n\n"},
    "other named classes": {".gitignore": "[[:digit:]].py\n[![:alpha:]].py\n"},
}


def test_an_ignored_file_is_passed_over_where_git_tracks_it_and_looked_at_where_it_is_named(folder):
    (folder / ".gitignore").write_text("model.py\n")
    for words in (["init", "-q"], ["add", "-f", "model.py"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    assert check(".")[1]["findings"] == []
    for words in (["model.py"], ["model.py", "."], [".", "model.py"]):
        code, report = check(*words)
        assert code == 1 and [one["path"] for one in report["findings"]] == ["model.py"]


def test_a_link_in_place_of_a_gitignore_is_not_heeded(folder):
    (folder / "patterns").write_text("*.py\n")
    (folder / ".gitignore").symlink_to("patterns")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    assert [one["path"] for one in check(".")[1]["findings"]] == ["model.py"]


@pytest.mark.parametrize("above", ["", "sub"])
@pytest.mark.parametrize("texts", DEEPER.values(), ids=DEEPER)
def test_what_is_ignored_is_what_git_ignores(folder, monkeypatch, recwarn, texts, above):
    subprocess.run(["git", "init", "-q"], check=True)
    (folder / "sub").mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, newline="")
    files = ["a.py", "b.py", "sub/a.py", "sub/b.py", "model.py"]
    for name in files:
        (folder / name).write_text(SCALE)
    ask = ["git", "check-ignore", "--no-index", *files]
    ignored = subprocess.run(ask, capture_output=True, text=True).stdout.splitlines()
    monkeypatch.chdir(folder / above)
    found = {one["path"] for one in check(".")[1]["findings"]}
    assert found - {"sub/a.py"} == {name for name in files if name.startswith(above)} - {*ignored, "sub/a.py"}
    # Below a folder that is ignored, git takes nothing back; here the folder was named.
    assert ("sub/a.py" in found) == (
        "sub/a.py" not in ignored or (above == "sub" and "sub/\n" in texts.values())
    )
    assert [*recwarn] == []


@pytest.mark.parametrize("kind", ["a work tree that was added", "a submodule"])
def test_what_is_excluded_is_so_where_git_lies_elsewhere(folder, monkeypatch, kind):
    def git(*words):
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always")
        subprocess.run(["git", *identity, *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-m", "first")
    if kind == "a submodule":
        git("submodule", "add", str(folder), "other")
        place = folder / ".git" / "modules" / "other" / "info" / "exclude"
    else:
        git("worktree", "add", "other")
        place = folder / ".git" / "info" / "exclude"
    assert (folder / "other" / ".git").is_file()
    place.write_text("mine.py\n")
    (folder / "other" / "mine.py").write_text(SCALE)
    monkeypatch.chdir(folder / "other")
    assert [one["path"] for one in check(".")[1]["findings"]] == ["model.py"]


@pytest.mark.parametrize(
    "text",
    ["", "gitdir: ", "gitdir: nowhere\n", "nonsense\n", "gitdir: a\0b", "gitdir: /dev/zero", "x" * 99_999],
)
def test_a_file_of_git_that_leads_nowhere_excludes_nothing(folder, text):
    (folder / "info").mkdir()
    (folder / "info" / "exclude").write_text("*.py\n" if text != "gitdir: " else "")
    (folder / ".git").write_text(text)
    assert [one["path"] for one in check(".")[1]["findings"]] == ["model.py"]


@pytest.mark.parametrize("action", ["a pipe", "a circle", "a folder"])
def test_patterns_that_cannot_be_read_exclude_nothing(folder, action):
    place = folder / ".git" / "info" / "exclude"
    place.parent.mkdir(parents=True)
    {"a pipe": os.mkfifo, "a folder": os.mkdir, "a circle": lambda one: one.symlink_to(one)}[action](place)
    assert [one["path"] for one in check(".")[1]["findings"]] == ["model.py"]


NOTHING = {
    "ignored": ({".gitignore": "old/\n"}, "git ignores model.py; a file that is named is looked at"),
    "excluded": (
        {"pyproject.toml": "[tool.gradcheck]\nexclude = ['old']\n"},
        "the settings exclude model.py; a file that is named is looked at",
    ),
    "excluded by force": (
        {"pyproject.toml": "[tool.gradcheck]\nexclude = ['model*']\nforce-exclude = true\n"},
        "the settings exclude model.py",
    ),
    "hidden": (
        {"old/.mine/x.py": "", "old/build/y.py": "", ".gitignore": "model.py\n"},
        "no run looks into .mine, build; git ignores model.py; a file that is named is looked at",
    ),
    "all of it by force": (
        {"pyproject.toml": "[tool.gradcheck]\nexclude = ['old']\nforce-exclude = true\n"},
        "the settings exclude it",
    ),
    "both": (
        {
            ".gitignore": "sub/\n*2.py\n",
            "pyproject.toml": "[tool.gradcheck]\nexclude = ['model*']\n",
            "old/a2.py": "",
            "old/b2.py": "",
            "old/c2.py": "",
            "old/sub/x.py": "",
        },
        "git ignores sub, a2.py, b2.py and 1 more; the settings exclude model.py;"
        " a file that is named is looked at",
    ),
}


@pytest.mark.parametrize("files, why", NOTHING.values(), ids=NOTHING)
def test_a_folder_in_which_nothing_is_looked_at_says_why(folder, files, why):
    for name, text in {".git/HEAD": "", "old/model.py": SCALE, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    done = CliRunner().invoke(main, ["check", "old"])
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [f"note: old: nothing in it was looked at: {why}", "", "no findings (nothing to look at)"],
    )
    (folder / "old" / "other.py").write_text("")
    looked_at = CliRunner().invoke(main, ["check", "."])
    assert "nothing in it" not in looked_at.output


def test_a_folder_that_holds_only_what_no_run_looks_into_says_so(folder):
    for name in ("old/build/a.py", "old/.venv/a.py", "new/a.py", "empty/readme.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(SCALE)
    (folder / "old" / "linked").symlink_to(folder / "new")
    done = CliRunner().invoke(main, ["check", "old", "empty", "--no-cache"])
    why = "no run follows the links linked; no run looks into .venv, build"
    said = f"old: nothing in it was looked at: {why}; a file that is named is looked at"
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [f"note: {said}", "", "no findings (nothing to look at)"],
    )
    assert CliRunner().invoke(main, ["check", "old/linked", "--no-cache"]).exit_code == 1
    assert CliRunner().invoke(main, ["check", "old/build", "--no-cache"]).exit_code == 1


@pytest.mark.parametrize("name", ["model.PY", "model.Py", "book.IPYNB", "book.ipynB"])
def test_a_name_may_end_in_capitals(folder, name):
    """Python runs such a file. A notebook is read by its name, so the name is said."""
    is_book = name.startswith("b")
    (folder / "sub").mkdir()
    (folder / "sub" / name).write_bytes(
        json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": SCALE}]}).encode()
        if is_book
        else SCALE.encode()
    )
    code, report = check("sub")
    assert code == (2 if is_book else 1)
    assert [one["path"] for one in report["findings"]] == ([] if is_book else [f"sub/{name}"])
    assert [one["message"] for one in report["errors"]] == (
        ["cannot be parsed: it is a notebook: give it a name that ends in .ipynb"] if is_book else []
    )


@pytest.mark.parametrize(
    "words", [["model.py", "./model.py"], ["model.py", "."], ["."], ["here", "."], ["a.py", "model.py"]]
)
def test_a_file_of_several_names_is_one(folder, words):
    (folder / "here").symlink_to(".")
    (folder / "z.py").symlink_to("model.py")
    (folder / "a.py").symlink_to(folder / "z.py")
    code, report = check(*words)
    assert (code, len(report["findings"])) == (1, 1)
    assert CliRunner().invoke(main, ["check", *words, "--fix"]).exit_code == 0
    assert "@property" in (folder / "model.py").read_text() and (folder / "z.py").is_symlink()


def test_a_name_from_another_folder_is_looked_at_there(folder):
    (folder / "other").mkdir()
    (folder / "other" / "model.py").symlink_to("../model.py")
    assert sorted(one["path"] for one in check(".")[1]["findings"]) == ["model.py", "other/model.py"]
    assert CliRunner().invoke(main, ["check", ".", "--fix"]).exit_code == 0
    assert (folder / "model.py").read_text().count("@property") == 1


def test_folders_may_be_as_deep_as_they_like(folder, monkeypatch):
    for _ in range(1500):
        os.mkdir("d")
        os.chdir("d")
    monkeypatch.chdir(folder)
    try:
        code, report = check(".")
    finally:  # Python's own removal of folders goes by recursion, and pytest would end with its error
        subprocess.run(["rm", "-rf", "d"], check=True)
    assert [one["path"] for one in report["findings"]] == ["model.py"]
    assert (code, len(report["errors"])) in ((1, 0), (2, 1))  # a path has a longest length


SETTINGS = {
    "tool is no table": 'tool = "gradcheck"',
    "nor is ours": '[tool]\ngradcheck = "x"',
    "nested": "x = " + "[" * 20_000 + "]" * 20_000 + " # gradcheck",
    "nested tables": "x = " + "{a = " * 20_000 + "1" + "}" * 20_000 + " # gradcheck",
    "long key": "[tool.gradcheck]\n" + ".".join("a" * 5_000) + " = 1",
    "a number too long": "[tool.gradcheck]\nx = " + "9" * 10_000,
    "a date that never was": "[tool.gradcheck]\nx = 2024-02-31",
    "cut short": "[tool.gradcheck",
    "no text": "[tool.gradcheck]\nx = '\udcff'",
    "zeros": "[tool.gradcheck]\n\0",
    "infinite": "[tool.gradcheck.probe]\ntimeout = nan",
    "huge": "[tool.gradcheck]\nx = 1e400",
    "wrong kinds": "[tool.gradcheck]\nselect = [1]\n",
    "a folder": "[tool.gradcheck]\nbaseline = '/'",
    "a rule of nothing": "[tool.gradcheck]\nrules = ['']",
    "an empty entry": "[tool.gradcheck]\nignore = ['']",
    "a line": '[tool.gradcheck]\nbaseline = "a\\nb\\u001b[31m"',
}


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS)
def test_settings_that_cannot_be_used_are_said(folder, text):
    (folder / "pyproject.toml").write_text(text, errors="surrogateescape")
    done = CliRunner().invoke(main, ["check", "model.py"])
    harmless = text.startswith("tool =")
    assert done.exit_code == (1 if harmless else 2)
    assert "Traceback" not in done.output and "itself failed" not in done.output
    assert harmless or "pyproject.toml" in done.output or "baseline" in done.output


def test_a_mark_in_front_of_the_settings_is_no_fault(folder):
    (folder / "pyproject.toml").write_text('\ufeff[tool.gradcheck]\nignore = ["ALL"]\n', encoding="utf-8")
    assert check("model.py")[0] == 0


def test_a_folder_that_cannot_be_entered_is_said(folder, monkeypatch):
    (folder / "closed").mkdir()
    real = os.scandir

    def scandir(path):
        if os.path.basename(path) == "closed":
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    code, report = check(".")
    assert (code, len(report["findings"])) == (2, 1)
    (error,) = report["errors"]
    assert (error["path"], error["message"]) == ("closed", "cannot be read: Permission denied")


BROKEN_HELPERS = {
    "no Python": (b"import keras\ndef base(:\n", 2, "cannot be parsed: "),
    "no text": (b"import keras\nx = '\xff'\n", 1, "cannot be decoded: "),
    "too large": (b"import keras\n# " + b"x" * 9_000_000, 1, "cannot be read: "),
}
IMPORTS = SCALE.replace("class Scale", "from helper import base\nprint(base)\nclass Scale")


@pytest.mark.parametrize("text, line, said", BROKEN_HELPERS.values(), ids=BROKEN_HELPERS)
def test_an_imported_file_that_cannot_be_read_is_named(folder, text, line, said):
    (folder / "helper.py").write_bytes(text)
    for name in ("main.py", "other.py"):
        (folder / name).write_text(IMPORTS)
    for words in (["main.py"], ["main.py"], ["main.py", "other.py"], ["."], ["main.py", "./helper.py"]):
        code, report = check(*words)
        assert code == 2 and report["findings"]
        (error,) = report["errors"]
        assert (error["path"], error["line"]) in {("helper.py", line), ("./helper.py", line)}
        assert error["message"].startswith(said)
    (folder / "helper.py").write_text("import keras\nbase = keras.layers.Layer\n")
    assert check("main.py")[1]["errors"] == []


def test_an_imported_file_without_a_word_of_the_framework_is_not_even_parsed(folder):
    (folder / "helper.py").write_text("base = (\n")
    (folder / "main.py").write_text(IMPORTS)
    assert check("main.py")[1]["errors"] == []


def test_an_excluded_file_that_cannot_be_read_is_said_and_is_no_fault(folder):
    (folder / "pyproject.toml").write_text('[tool.gradcheck]\nexclude = ["helper.py"]\n')
    (folder / "helper.py").write_bytes(b"import keras\ndef base(:\n")
    for name in ("main.py", "other.py"):
        (folder / name).write_text(IMPORTS)
    done = CliRunner().invoke(main, ["check", "main.py", "other.py"])
    assert done.exit_code == 1
    assert done.stdout.count("helper.py:2: cannot be parsed: ") == 1


def test_the_body_of_an_unknown_magic_is_looked_at(folder):
    (folder / "model.ipynb").write_bytes(notebook(f"%%wandb -q\n{SCALE}"))
    code, report = check("model.ipynb")
    assert code == 1 and [(one["rule"], one["cell"], one["line"]) for one in report["findings"]] == [
        ("GC101", 1, 7)
    ]


LEFT_OUT = {
    "a file": (f"%%writefile model.py{SCALE}", "cell 1 (%%writefile)"),
    "another process": (f"\n%%script python\n{SCALE}", "cell 1 (%%script)"),
    "no Python": (f"%%haskell\n{SCALE}\n(", "cell 1 (%%haskell)"),
    "nothing that matters": ("%%writefile model.py\nx = 1\n", None),
    "another language": (f"%%bash\n{SCALE}", None),
}


@pytest.mark.parametrize("source, said", LEFT_OUT.values(), ids=LEFT_OUT)
def test_cells_that_are_not_looked_at_are_counted(folder, source, said):
    (folder / "model.ipynb").write_bytes(notebook(source))
    for _ in range(2):
        done = CliRunner().invoke(main, ["check", "model.ipynb"])
        assert done.exit_code == 0
        told = f"model.ipynb: 1 cell was not looked at, as a magic takes the text: {said}"
        assert (told in done.stdout) == (said is not None)


APART = {
    "a string": ('x = """\n', '"""\n'),
    "a bracket": ("x = f(\n", ")\n"),
    "a backslash": ("x = \\\n", ")\n"),
    "a string of lines of code": ("import tensorflow as tf\nx = '''", "'''\n"),
    "no Python": ("Dear reader,", "keras = = 1"),
}


@pytest.mark.parametrize("first, last", APART.values(), ids=APART)
def test_each_cell_is_compiled_by_itself(folder, first, last):
    cells = [{"cell_type": "code", "source": text} for text in (first, SCALE, last)]
    (folder / "model.py").unlink()
    (folder / "book.ipynb").write_text(json.dumps({"cells": cells}))
    for words in (["."], ["book.ipynb"], ["book.ipynb"]):
        code, report = check(*words)
        assert code == 2
        assert [(one["path"], one["cell"], one["line"]) for one in report["findings"]] == [
            ("book.ipynb", 2, 6)
        ]
        assert [(one["path"], one["cell"]) for one in report["errors"]] == [
            ("book.ipynb", 1),
            ("book.ipynb", 3),
        ]
        assert all("cannot be parsed" in one["message"] for one in report["errors"])


def test_a_broken_cell_of_a_notebook_that_is_about_something_else_is_no_fault(folder):
    (folder / "book.ipynb").write_bytes(notebook("Dear reader,"))
    code, report = check(".")
    assert code == 1 and report["errors"] == []
    assert check("book.ipynb")[0] == 2


ODD = {
    "is no object": 7,
    "has no cell_type": {"source": SCALE},
    "is of no known type: 'program'": {"cell_type": "program", "source": SCALE},
    "is of no known type: \"['code']\"": {"cell_type": ["code"], "source": SCALE},
    "has no source": {"cell_type": "code"},
    "has a source that is neither a text nor a list of lines": {"cell_type": "code", "source": ["x = 1", 7]},
}


@pytest.mark.parametrize("wrong", ODD)
def test_a_cell_that_no_notebook_may_have_is_said_and_costs_itself_only(folder, wrong):
    cells = [{"cell_type": "markdown", "source": []}, ODD[wrong], {"cell_type": "code", "source": SCALE}]
    (folder / "model.py").unlink()
    (folder / "book.ipynb").write_text(json.dumps({"cells": cells}))
    number = 2 if ODD[wrong] in (ODD["has no source"], [*ODD.values()][-1]) else 1
    for words in (["."], ["book.ipynb"], ["book.ipynb"]):
        code, report = check(*words)
        assert code == 2
        assert [(one["path"], one["message"]) for one in report["errors"]] == [
            ("book.ipynb", f"cell 2 of all its cells cannot be read: it {wrong}")
        ]
        assert [(one["cell"], one["line"], one["rule"]) for one in report["findings"]] == [
            (number, 6, "GC101")
        ]


def test_every_such_cell_is_said(folder):
    (folder / "book.ipynb").write_text(json.dumps({"cells": [*ODD.values()]}))
    code, report = check("book.ipynb")
    assert code == 2
    assert [one["message"].partition(" cannot be read: it ")[::2] for one in report["errors"]] == [
        (f"cell {number} of all its cells", wrong) for number, wrong in enumerate(ODD, 1)
    ]


def test_what_stands_between_the_code_is_not_read(folder):
    cells = [
        {"cell_type": kind, "source": odd} for kind in ("markdown", "raw", "heading") for odd in (7, None)
    ]
    (folder / "book.ipynb").write_text(json.dumps({"cells": [*cells, {"cell_type": "markdown"}]}))
    code, report = check(".")
    assert code == 1 and report["errors"] == []


@pytest.mark.parametrize("name", ["book.IPYNB", "book.json", "book.py", "book"])
def test_a_notebook_of_another_name_is_said(folder, name):
    """Python reads its JSON as a table, in which nothing could be found."""
    book = {"cells": [{"cell_type": "code", "source": SCALE}], "metadata": {"x": None}, "nbformat": 4}
    (folder / name).write_text(json.dumps(book))
    said = "cannot be parsed: it is a notebook: give it a name that ends in .ipynb"
    code, report = check(name)
    assert code == 2 and [(one["path"], one["message"]) for one in report["errors"]] == [(name, said)]
    done = CliRunner().invoke(main, ["check", "-"], input=json.dumps(book))
    assert done.exit_code == 2 and said in done.stdout


@pytest.mark.parametrize(
    "table", ['{"cells": [1]}', '{"nbformat": 4}', "[{'cells': 1, 'nbformat': 4}]", "x = 1"]
)
def test_what_only_resembles_a_notebook_is_a_program(folder, table):
    (folder / "table.py").write_text(table)
    assert check("table.py")[0] == 0


CUT, KEPT = "tf.stop_gradient(x)", "x * x"
HELPER = "import tensorflow as tf\n\n\ndef f(x):\n    return {}\n"


@pytest.mark.parametrize("package, module, code", [(CUT, KEPT, 1), (KEPT, CUT, 0)])
@pytest.mark.parametrize("named", ["helper", ".helper", "pkg.helper"])
def test_a_package_goes_before_a_module_beside_it(folder, package, module, code, named):
    """As Python has it, also when the package appears later."""
    place = folder / "pkg" if "." in named else folder
    place.mkdir(exist_ok=True)
    (place / "__init__.py").touch() if "." in named else None
    main_file = place / "net.py" if named.startswith(".") else folder / "net.py"
    uses = SCALE.replace("tf.nn.softplus(self.raw)", "self.raw").replace("self.scale\n", "f(self.raw)\n")
    main_file.write_text(f"from {named} import f\n" + uses)
    (place / "helper.py").write_text(HELPER.format(module))
    name = os.path.relpath(main_file)
    assert check(name)[0] == 1 - code
    (place / "helper").mkdir()
    assert check(name)[0] == 1 - code
    (place / "helper" / "__init__.py").write_text(HELPER.format(package))
    assert check(name)[0] == code


def test_our_own_fault_costs_its_file_only(folder, monkeypatch):
    from gradcheck import lint

    (folder / "other.py").write_text(SCALE)
    real = lint.parse

    def parse(source):
        if source.path.endswith("other.py"):
            raise ZeroDivisionError("{oops} \x1b[2J")
        return real(source)

    monkeypatch.setattr(lint, "parse", parse)
    code, report = check(".")
    assert code == 2 and [one["path"] for one in report["findings"]] == ["model.py"]
    (error,) = report["errors"]
    assert error["path"] == "other.py" and "fault of gradcheck: please report it" in error["message"]


def test_a_process_of_ours_that_dies_costs_its_file_only(folder, monkeypatch):
    from gradcheck import lint

    for number in range(6):
        (folder / f"m{number}.py").write_text(SCALE)
    (folder / "deadly.py").write_text(SCALE)
    real = lint._lint

    def deadly(source, options, project):
        if source.path.endswith("deadly.py"):
            os._exit(9)
        return real(source, options, project)

    monkeypatch.setattr(lint, "_lint", deadly)
    monkeypatch.setattr(lint, "CHARACTERS_PER_PROCESS", 100)
    monkeypatch.setattr(lint, "FILES_PER_SHARE", 3)
    code, report = check(".", "--no-cache")
    assert code == 2 and len(report["findings"]) == 7
    assert [error["path"] for error in report["errors"]] == ["deadly.py"]


def test_standard_input_is_a_file_like_any_other(folder):
    for data, code in ((b"import keras\n(", 2), (b"\xff\xfe", 2), (b"x" * 9_000_000, 2), (SCALE.encode(), 1)):
        done = CliRunner().invoke(main, ["check", "-"], input=data)
        assert done.exit_code == code and "Traceback" not in done.output


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-32", "cp037"])
def test_a_coding_that_does_not_read_its_own_name_is_said(folder, coding):
    """All else would be read as other letters, in which nothing names the framework."""
    (folder / "model.py").write_text(f"# coding: {coding}\n{SCALE}{' ' * (-len(SCALE) % 4)}")
    for place in ("model.py", "."):
        code, report = check(place)
        assert code == 2
        (error,) = report["errors"]
        assert error["path"] == "model.py" and "cannot be decoded: " in error["message"]


def test_a_file_with_the_name_of_a_cell_is_said(folder):
    """What is found in it would be looked for in a notebook."""
    (folder / "model.py").rename(folder / "a.ipynb#cell1")
    code, report = check("a.ipynb#cell1")
    assert code == 2
    assert [one["message"] for one in report["errors"]] == [
        "cannot be read: its name is that of a notebook's cell; give it another one"
    ]
    (folder / "a.ipynb#cell1").rename(folder / "a.ipynb#cell")
    assert check("a.ipynb#cell")[0] == 1


NO_PROGRAMS = {
    "return": "import tensorflow as tf\n\nif tf.executing_eagerly():\n    return\n",
    "break": "import tensorflow as tf\n\nwith tf.device('cpu'):\n    break\n",
    "continue": "import tensorflow as tf\n\nfor x in []:\n    pass\nelse:\n    continue\n",
    "return from a class": "import tensorflow as tf\n\n\nclass Net:\n    return 1\n",
    "continue in a function": "while tf:\n    def f():\n        continue\n",
    "nonlocal": "nonlocal x\n",
    "nonlocal of nothing": "def f():\n    nonlocal nowhere\n",
    "a global parameter": "def f(x):\n    global x\n",
    "a late global": "def f():\n    x = 1\n    global x\n",
    "one parameter twice": "def f(x, x): return x\n",
    "one argument twice": "f(x=1, x=2)\n",
    "await": "await tf\n",
    "await in a function": "def f():\n    await x\n",
    "yield": "yield 1\n",
    "yield in a class": "class Net:\n    yield 1\n",
    "the future": "x = 1\nfrom __future__ import annotations\n",
    "another future": "from __future__ import gradients\n",
    "a star inside": "def f():\n    from tf import *\n",
    "two stars": "*a, *b = c\n",
    "a constant": "__debug__ = 1\n",
    "a pattern behind all": "match x:\n    case y: pass\n    case 1: pass\n",
    "except behind all": "try: pass\nexcept: pass\nexcept ValueError: pass\n",
    "a name of a comprehension": "[x := 1 for x in y]\n",
}


@pytest.mark.parametrize("words", [(), ("--diff",), ("--fix", "--unsafe-fixes")], ids=str)
@pytest.mark.parametrize("text", NO_PROGRAMS.values(), ids=NO_PROGRAMS)
def test_what_only_the_compiler_refuses_is_said_and_not_repaired(folder, text, words):
    """It is a syntax tree, and no program."""
    whole = text + SCALE
    with pytest.raises(SyntaxError) as refused:
        compile(whole, "odd.py", "exec", dont_inherit=True)
    (folder / "odd.py").write_text(whole)
    done = CliRunner().invoke(main, ["check", "odd.py", "--format", "json", *words])
    assert done.exit_code == 2
    line, said = refused.value.lineno, f"cannot be parsed: {refused.value.msg}"
    if words == ("--diff",):
        assert (done.stdout, done.stderr.split("\n")[0]) == ("", f"could not look: odd.py:{line}: {said}")
    else:
        report = json.loads(done.stdout)
        assert report["findings"] == []
        assert [(one["line"], one["message"]) for one in report["errors"]] == [(line, said)]
    assert (folder / "odd.py").read_text() == whole


def test_a_cell_that_python_does_not_compile_costs_itself_alone(folder):
    cells = [{"cell_type": "code", "source": text} for text in ("import tensorflow\nreturn\n", SCALE)]
    (folder / "cells.ipynb").write_text(json.dumps({"cells": cells}))
    code, report = check("cells.ipynb")
    assert code == 2
    assert [one["rule"] for one in report["findings"]] == ["GC101"]


PROGRAMS = {
    "jumps": "for i in range(3):\n    if i:\n        continue\n    break\n\n\ndef f():\n    return 1\n",
    "names": "def f():\n    x = 1\n    def g():\n        nonlocal x\n        global y\n        x = y = 2\n",
    "waiting": "async def f():\n    await x\n    async for y in z: yield [w async for w in y]\n",
    "the future": "'What it does.'\nfrom __future__ import annotations\ndef f(x: 'no \\d'): pass\n",
    "warnings": "assert (x, 'y')\nx is 1\n'\\d'\n",
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_what_the_compiler_takes_is_a_program(folder, text):
    (folder / "odd.py").write_text(text + SCALE)
    code, report = check("odd.py")
    assert (code, report["errors"]) == (1, [])


@pytest.mark.parametrize("texts", [["await tf\n", SCALE], [SCALE, "from __future__ import annotations\n"]])
def test_cells_may_wait_and_are_programs_of_their_own(folder, texts):
    cells = [{"cell_type": "code", "source": text} for text in texts]
    (folder / "cells.ipynb").write_text(json.dumps({"cells": cells}))
    code, report = check("cells.ipynb")
    assert (code, report["errors"]) == (1, [])
    CliRunner().invoke(main, ["check", "cells.ipynb", "--fix", "--unsafe-fixes"])
    assert check("cells.ipynb")[0] == 0


def test_a_folder_of_our_name_is_not_run_when_we_start_ourselves(folder):
    (folder / "gradcheck").mkdir()
    (folder / "gradcheck" / "__init__.py").write_text("print('ran')\n")
    (folder / "gradcheck" / "__main__.py").write_text("def main():\n    print('ran')\n")
    for words in (["check", "model.py", "--format", "concise"], ["--version"]):
        done = subprocess.run(started("gradcheck.__main__", *words), capture_output=True, text=True)
        assert "ran" not in done.stdout and done.stdout
    assert apart(len, [1, 2], str(folder)) == 2


@pytest.mark.parametrize("words", [["-V"], ["--help"], ["check", "--help"], ["rules"], ["check", "model.py"]])
def test_a_reader_that_is_gone_is_no_finding(folder, words):
    process = subprocess.Popen(started("gradcheck.__main__", *words), stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(60) == 2


def test_a_number_that_python_does_not_write_out_costs_nothing(folder):
    (folder / "model.py").write_text(SCALE.replace("shape=[3]", f"shape=[0x{'f' * 4000}]"))
    code, report = check("model.py")
    assert (code, [one["rule"] for one in report["findings"]]) == (1, ["GC101"])


def test_a_file_is_found_by_its_whole_path_where_the_folder_is_gone(folder):
    path, gone = str(folder / "model.py"), folder / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    done = CliRunner().invoke(main, ["check", path, "--format", "concise"])
    os.chdir(folder)
    assert done.exit_code == 1 and f"{path}:" in done.stdout
