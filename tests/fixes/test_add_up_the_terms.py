"""Terms that overwrite each other are added up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixes import add_up_the_terms
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Kind, Severity

PROGRAM = """import tensorflow as tf

for x, ys in data:
    with tf.GradientTape() as tape:
        outputs = model(x)
        total = {start}
        for y, p in zip(ys, outputs):
            {line}
    gradients = tape.gradient(total, model.trainable_variables)
"""
FINDING = Finding(
    "GC504", "output-not-in-loss", Severity.ERROR, "", Location("net.py", 5, 9), Kind.NOT_IN_LOSS
)


def made(start, line):
    text = PROGRAM.format(start=start, line=line)
    after = add_up_the_terms.fix(Tree(text), FINDING)
    return after and after.code.replace(text.partition("zip(ys")[0], "").splitlines()[1].strip()


@pytest.mark.parametrize("start", ["0.0", "0", "tf.constant(0.0)"])
def test_an_overwritten_sum(start):
    line = "total = tf.reduce_mean(tf.square(y - p))"
    assert made(start, line) == "total += tf.reduce_mean(tf.square(y - p))"


@pytest.mark.parametrize(
    ("start", "line"),
    [
        ("0.0", "total = total + tf.reduce_mean(y - p)"),
        ("x", "total = tf.reduce_mean(y - p)"),
        ("0.0", "last = tf.reduce_mean(y - p)"),
    ],
    ids=["added up already", "starts as something else", "another name"],
)
def test_declines(start, line):
    assert made(start, line) is None


def test_two_such_sums_are_not_told_apart():
    text = PROGRAM.format(start="0.0", line="total = tf.reduce_mean(y - p)")
    both = text + text.replace("total", "other")
    assert add_up_the_terms.fix(Tree(both), replace(FINDING, location=Location("net.py", 1, 1))) is None


SEVERAL = """import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.backs = [tf.keras.layers.Dense(3) for _ in range(3)]
        self.heads = [tf.keras.layers.Dense(2) for _ in range(3)]

    def block(self, number, x):
        return self.backs[number](x), self.heads[number](x)

    def call(self, x):
        forecast = tf.zeros_like(x[:, :2])
        for number in range(3):
            back, forecast = self.block(number, x)
            x = x - back
        return forecast
"""


def test_one_of_several_results():
    finding = replace(FINDING, kind=Kind.DEAD_VALUE, location=Location("net.py", 16, 30))
    after = add_up_the_terms.fix(Tree(SEVERAL), finding)
    assert after and after.code == SEVERAL.replace(
        "            back, forecast = self.block(number, x)\n",
        "            back, next_forecast = self.block(number, x)\n"
        "            forecast = forecast + next_forecast\n",
    )
