"""A notebook is repaired cell by cell; outputs, metadata, magics and layout stay as they were."""

from __future__ import annotations

import json

import pytest
from fixing import OPTIONS

from gradcheck.fix.apply.files import write
from gradcheck.fix.apply.fixpoint import fix_file
from gradcheck.fix.apply.offers import by_file, with_fixes
from gradcheck.lint import lint

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
