"""Sentences on the screen: number agrees, and one word has one meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest
from output.samples import PROBE

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from gradcheck.output import Screen, render
from gradcheck.registry import entries
from gradcheck.report.finding import Cut, Location, Weight
from gradcheck.report.kinds import Status
from gradcheck.report.report import Report

HERE = Location("model.py", 1, 1, 1, 2)
ONE, MANY = {"gets", "is", "has"}, {"get", "are", "have"}
SENTENCES = [
    pytest.param(entry.rule, variant, id=f"{entry.rule.name} {variant}".strip())
    for entry in entries()
    for variant in ("", *(case for case, _ in entry.rule.variants))
]


@pytest.mark.parametrize(
    "labels, right", [(["self.w"], ONE), (["a", "b"], MANY), (["net's variables"], MANY)]
)
@pytest.mark.parametrize("rule, variant", SENTENCES)
def test_the_verb_agrees_with_what_is_starved(rule, variant, labels, right):
    cut = Cut(rule.kind, HERE, "code", "build()", "detail", variant=variant)
    found = rule.find(cut, [Weight(label, label, HERE) for label in labels])
    subject = " and ".join(labels)
    assert found.message.startswith(f"{subject} ")
    verb = found.message.removeprefix(f"{subject} ").partition(" ")[0]
    assert verb in right, found.message


FLAGS = """\
import tensorflow as tf

base = tf.keras.layers.Dense(4, name="base")
base.trainable = False
model = tf.keras.Sequential([base, tf.keras.layers.Dense(1, name="head")])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
{line}
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""


@pytest.mark.parametrize(
    "line, said",
    [
        ("base.trainable = True", "base is not trained: `base.trainable` has no effect here"),
        ("base.trainabel = True", "base is not trained: `base.trainabel` has no effect here"),
        (
            "model.trainable = False\nmodel.compile('sgd', 'mse')",
            "base and model are not trained: `model.trainable` is switched off",
        ),
    ],
)
def test_what_a_flag_does_is_said(line, said):
    findings, _ = lint_text("model.py", FLAGS.format(line=line), Options(keras="2"))
    assert [one.message for one in findings if one.rule == "GC602"] == [said]


def table(**changes):
    (verdict,) = PROBE.verdicts[1:2]
    probe = replace(PROBE, verdicts=(verdict, replace(verdict, **changes)), notes=())
    return render("text", Report(probes=(probe,)), Screen()).splitlines()


@pytest.mark.parametrize("mark", ["vanished", "exploding", "still"])
def test_a_gradient_of_no_use_is_not_called_ok(mark):
    *_, row, _, summary = table(mark=mark)
    assert row.split()[2] == mark
    assert summary == f"no findings (2 variables seen: 1 ok, 1 {mark})"


def test_a_variable_that_nobody_judged_is_no_unknown_fate():
    lines = table(status=Status.UNKNOWN, norm=None)
    assert "not judged" in lines[-3] and not any("unknown" in line for line in lines)
    assert lines[-1] == "no findings (2 variables seen: 1 ok, 1 not judged)"
