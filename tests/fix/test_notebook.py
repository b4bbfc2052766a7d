"""A notebook is repaired cell by cell; outputs, metadata, magics and layout stay as they were."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from fixing import OPTIONS
from programs import SCALE, SCALE_FIXED

from gradcheck.cli.commands import main
from gradcheck.fix.apply.files import UnwritableError, write
from gradcheck.fix.apply.fixpoint import FixedFile, fix_file
from gradcheck.fix.apply.notebook_json import spelled
from gradcheck.fix.apply.offers import by_file, with_fixes
from gradcheck.lint import lint
from gradcheck.source.discover import SourceFile, read

SETUP = """%matplotlib inline
import tensorflow as tf
actor = tf.Variable(1.0, name="actor")  # µ
critic = tf.Variable(2.0, name="critic")
"""
STEP = """with tf.GradientTape() as tape:
    value = actor * critic
    actor_loss, critic_loss = -value, tf.square(value - 1.0)
actor.assign_sub(0.1 * tape.gradient(actor_loss, actor))
critic.assign_sub(0.1 * tape.gradient(critic_loss, critic))"""
FIXED = STEP.replace("GradientTape()", "GradientTape(persistent=True)")


def book(setup, step):
    return {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Title é\n"]},
            {"cell_type": "code", "execution_count": 3, "metadata": {"a": 1}, "outputs": [], "source": setup},
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}],
                "source": step,
            },
        ],
        "metadata": {"kernelspec": {"name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.mark.parametrize("split", [True, False], ids=["lines", "one string"])
@pytest.mark.parametrize(
    "layout",
    [
        pytest.param({"indent": 1, "ensure_ascii": False}, id="as Jupyter writes it"),
        pytest.param({"indent": 2, "ensure_ascii": True}, id="escaped"),
        pytest.param({"indent": None, "ensure_ascii": False}, id="on one line"),
        pytest.param({"indent": None, "ensure_ascii": False, "separators": (",", ":")}, id="without spaces"),
        pytest.param({"indent": "\t", "ensure_ascii": False}, id="tabs"),
    ],
)
def test_only_the_cell_changes(tmp_path, split, layout):
    def text(step):
        cells = [source.splitlines(keepends=True) if split else source for source in (SETUP, step)]
        return json.dumps(book(*cells), **layout) + "\n"

    path = tmp_path / "net.ipynb"
    path.write_text(text(STEP), encoding="utf-8")
    report = lint([str(path)], OPTIONS)
    ((source, findings),) = by_file(report.findings).items()
    repair = fix_file(source, findings, OPTIONS, lambda finding, fix: True)
    assert [finding.location.path for finding in repair.fixed] == [f"{path}#cell2"]
    write(repair)
    assert path.read_text(encoding="utf-8") == text(FIXED)


def test_an_offer_names_the_cell(tmp_path):
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps(book(SETUP, STEP)), encoding="utf-8")
    (finding,) = with_fixes(lint([str(path)], OPTIONS), OPTIONS).findings
    assert finding.fix
    (edit,) = finding.fix.edits
    assert (edit.location.path, edit.location.line, edit.location.column) == (f"{path}#cell2", 1, 22)
    assert edit.text == "persistent=True"


MAGIC_SCALE, MAGIC_SCALE_FIXED = (f"%matplotlib inline\n{code}" for code in (SCALE, SCALE_FIXED))


def fixed(path):
    """The notebook, repaired as the command does it."""
    done = CliRunner().invoke(main, ["check", "--no-cache", "--keras", "3", "--fix", str(path)])
    assert done.exit_code == 0, done.output
    return path.read_bytes().decode()


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("split", [True, False], ids=["lines", "one string"])
def test_what_ends_no_line_for_python_ends_none_beside_a_magic(tmp_path, mark, split):
    def text(code):
        cell = f"# one{mark}two\n!echo {mark} three\n{code}# four{mark}five\n"
        return json.dumps(book(lines(cell) if split else cell, "1"), indent=1)

    def lines(cell):
        return cell.splitlines(keepends=True)  # as Jupyter splits them

    path = tmp_path / "net.ipynb"
    path.write_text(text(MAGIC_SCALE), encoding="utf-8")
    assert fixed(path) == text(MAGIC_SCALE_FIXED)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "open"])
def test_a_cell_keeps_its_line_endings(tmp_path, ending, last):
    def text(code):
        cell = code if last else code.removesuffix("\n")
        return json.dumps(book("a = 1\n", cell.replace("\n", ending)))

    path = tmp_path / "net.ipynb"
    path.write_text(text(MAGIC_SCALE))
    assert fixed(path) == text(MAGIC_SCALE_FIXED)


@pytest.mark.parametrize("first", ["a = 1\n", "a = 1\r", "%matplotlib inline\r", "a = 1\r\n"])
def test_each_cell_keeps_its_own_line_endings(tmp_path, first):
    def text(code, ending):
        return json.dumps(book(first, code.replace("\n", ending)))

    path = tmp_path / "net.ipynb"
    for ending in ("\n", "\r", "\r\n"):
        path.write_text(text(MAGIC_SCALE, ending))
        assert fixed(path) == text(MAGIC_SCALE_FIXED, ending)


def test_a_cell_that_is_no_python_stays_and_costs_itself_only(tmp_path):
    def text(code):
        cells = [{"cell_type": "code", "source": one} for one in ('x = """\n', code, '"""\n', "y = 1")]
        return json.dumps({"cells": cells})

    path = tmp_path / "net.ipynb"
    path.write_text(text(SCALE))
    assert CliRunner().invoke(main, ["check", "--no-cache", "--fix", str(path)]).exit_code == 2
    assert path.read_text() == text(SCALE_FIXED)


def test_the_rest_of_the_json_stays_as_it_is_spelled(tmp_path):
    def text(code):
        cell = json.dumps(code).replace("tensorflow", r"\u0074ensorflow")
        return (
            '{"nbformat": 4.0, "nbformat": 4,\r\n "huge": [1e400, 1.10, -0, 1E5, NaN],\r\n\t"metadata":{ },'
            ' "cells": [{"cell_type": "code", "source": "x = 1"}], "cells" : [ {"cell_type": "raw"},\r\n'
            '{"cell_type": "markdown", "source": ["\\/ \\u00e9"]}, {"source": "old", "outputs": [0.30],'
            f' "cell_type": "code", "source" :{cell} }}\r\n]}}\r\n\r\n'
        )

    path = tmp_path / "net.ipynb"
    path.write_bytes(text(MAGIC_SCALE).encode())
    assert fixed(path) == text(MAGIC_SCALE_FIXED)


def test_what_reads_otherwise_than_it_was_checked_is_not_written(tmp_path):
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps(book("%cd data\nx = 'data'\n", "1")))
    before, source = path.read_bytes(), read(str(path))
    assert isinstance(source, SourceFile)
    with pytest.raises(UnwritableError, match="what was checked of it is not what would be written"):
        write(FixedFile(source, source.text.replace("'data'", "'date'")))
    assert path.read_bytes() == before
    write(FixedFile(source, source.text.replace("x = 'data'", "x = 'date'")))
    assert path.read_bytes() == before.replace(b"x = 'data'", b"x = 'date'")


@pytest.mark.parametrize(
    "old, new, written",
    [
        ('["a\\n", "b\\n", "c"]', "a\nB\nc", '["a\\n", "B\\n", "c"]'),
        ('["a\\n",\n"b\\n","c"]', "a\nc", '["a\\n",\n"c"]'),
        ('[ "a\\n",  "b" ]', "a\nb\nc", '[ "a\\n",  "b\\n",  "c" ]'),
        ('["a\\n", "b"]', "n\na\nb", '["n\\n", "a\\n", "b"]'),
        ('["a\\nb", "c"]', "a\nB\nc", '["a\\n", "B\\n", "c"]'),
        ('["\\u0061\\n", "b"]', "a\nc", '["\\u0061\\n", "c"]'),
        ('["a\\f", "b\\n", "c\\n", "d\\f", "e"]', "a\fb\nC\nd\fe", '["a\\f", "b\\n", "C\\n", "d\\f", "e"]'),
        ('["a\\f", "b\\n", "c"]', "a\fB\nc", '["a\\fB\\n", "c"]'),
        ('["a"]', "", "[]"),
        ("[]", "a\nb", '["a\\n", "b"]'),
        ('"\\u0061\\/b"', "a/c", '"\\u0061\\/c"'),
        ('"\\ud83d\\ude00 a"', "\U0001f600 b", '"\\ud83d\\ude00 b"'),
    ],
)
def test_a_source_is_spelled_as_it_was(old, new, written):
    assert "".join(json.loads(written)) == new
    assert spelled(old, (0, len(old)), new) == written
