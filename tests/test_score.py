"""Scoring tools on the corpus: the intervals, the judgement, and that the page says what was answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cases import Case

from tests.score import answers, page
from tests.score.adapters import check_numerics, gradcheck_check, keras_messages
from tests.score.intervals import wilson
from tests.score.judge import judged
from tests.score.sample import Sample
from tests.score.tool import Alarm, Question, Tool


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    # From Brown, Cai and DasGupta (2001), and the formula's own ends.
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_intervals(hits: int, trials: int, low: float, high: float):
    assert wilson(hits, trials) == pytest.approx((low, high), abs=1e-4)


def case(name: str, status: str, *root_lines: int) -> Case:
    truth = {"keras3": {"w": status}, "keras2": {"w": status}}
    verdict = "bug" if root_lines else "clean"
    return Case(Path(name), {"verdict": verdict, "root_lines": list(root_lines), "truth": truth})


def test_an_alarm_beside_the_root_names_nothing():
    cases = [case("bug", "none", 3, 4), case("other", "none", 7), case("clean", "ok")]
    said = {"bug": [Alarm(4, "x")], "other": [Alarm(6, "x")], "clean": [Alarm(0, "x")]}
    score = judged(cases, said, "3")
    assert [(one.hits, one.trials) for one in (score.alarmed, score.named, score.false)] == [
        (2, 2),
        (1, 2),
        (1, 1),
    ]
    assert score.informedness == -0.5


def test_a_sample_has_faults_and_look_alikes_in_proportion():
    cases = [case(f"b{number}", "none", 1) for number in range(30)]
    cases += [case(f"c{number}", "ok") for number in range(10)]
    drawn = Sample(8, seed=1).drawn(cases, "3")
    assert [one.verdict("3") for one in drawn] == ["bug"] * 6 + ["clean"] * 2
    assert drawn == Sample(8, seed=1).drawn(cases, "3") != Sample(8, seed=2).drawn(cases, "3")
    assert Sample(100, seed=1).drawn(cases, "3") == cases


def test_the_page_says_that_a_tool_was_asked_about_a_sample(monkeypatch, tmp_path):
    monkeypatch.setattr(answers, "FOLDER", tmp_path)
    tool, said = (
        Tool("Slow", "slow --keras {keras}", lambda _: []),
        {"cast-kernel-in-build": (Alarm(17, "x"),)},
    )
    answers.save("slow", "3", tool, "slow 1", said, Sample(1, seed=5))
    (one,) = answers.kept("3")
    assert (one.sample, one.alarms) == (Sample(1, seed=5), said)
    assert "| Slow, of a sample of 1 | 1 of 1 (21-100 %) |" in page.scores()
    assert re.search(r"slow 1, [-\d]+, `--sample 1 --seed 5`", page.scores())


def test_the_page_says_what_was_answered():
    assert page.PAGE.read_text(encoding="utf-8") == page.written(), "run: python -m tests.score --page"


CUT = """import tensorflow as tf
w = tf.Variable(2.0)
with tf.GradientTape() as tape:
    loss = tf.round(w)
tf.keras.optimizers.SGD().apply_gradients([(tape.gradient(loss, w), w)])
"""
NAN = """import tensorflow as tf
w = tf.Variable(-1.0)
with tf.GradientTape() as tape:
    loss = tf.math.log(w)
"""


@pytest.mark.tf
def test_adapters_that_run_the_program(tmp_path):
    programs = []
    for number, text in enumerate((CUT, NAN)):
        programs.append(tmp_path / str(number) / "model.py")
        programs[-1].parent.mkdir()
        programs[-1].write_text(text)
    question = Question(programs, "3")
    assert keras_messages.answer(question) == [(Alarm(5, "error"),), ()]
    assert check_numerics.answer(question) == [(), (Alarm(4, "numerics"),)]
    assert [bool(alarms) for alarms in gradcheck_check.answer(question)] == [True, False]
