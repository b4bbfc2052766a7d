"""A variable of an object that is no layer is asked for besides the model's."""

from __future__ import annotations

import pytest

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixes import list_the_variable
from gradcheck.report.finding import Finding, Location, Weight
from gradcheck.report.kinds import Kind, Severity

PROGRAM = """\
import tensorflow as tf


class Weighted{base}:
    def __init__(self):
        self.scale = tf.Variable(1.0{options})

    def __call__(self, y):
        return tf.reduce_mean(y * self.scale)


criterion = {made}
model = tf.keras.Sequential([tf.keras.layers.Dense(2)])
with tf.GradientTape() as tape:
    loss = {loss}
{asked}
optimizer.apply_gradients(zip(gradients, {zipped}))
"""
ASKED = "gradients = tape.gradient(loss, model.trainable_variables)"


def made(**parts: str) -> str | None:
    texts = {
        "base": "",
        "options": "",
        "made": "Weighted()",
        "loss": "criterion(model(x))",
        "asked": ASKED,
        "zipped": "model.trainable_variables",
    }
    text = PROGRAM.format(**{**texts, **parts})
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "tf.Variable" in one)
    where = Location("model.py", line, 22, line, len(text.splitlines()[line - 1]) + 1)
    weights = (Weight("scale", "self.scale", where),)
    finding = Finding("GC601", "seen", Severity.ERROR, "", where, Kind.UNTRACKED, weights=weights)
    after = list_the_variable.fix(Tree(text), finding)
    return after and after.code[after.code.index("    loss") :]


def test_both_places_get_one_list() -> None:
    assert (
        made()
        == """\
    loss = criterion(model(x))
variables = model.trainable_variables + [criterion.scale]
gradients = tape.gradient(loss, variables)
optimizer.apply_gradients(zip(gradients, variables))
"""
    )


def test_a_list_that_has_a_name_gets_longer() -> None:
    asked = "weights = model.trainable_variables\ngradients = tape.gradient(loss, weights)"
    assert (
        made(asked=asked, zipped="weights", base="(tf.keras.losses.Loss)")
        == """\
    loss = criterion(model(x))
weights = model.trainable_variables + [criterion.scale]
gradients = tape.gradient(loss, weights)
optimizer.apply_gradients(zip(gradients, weights))
"""
    )


@pytest.mark.parametrize(
    "parts",
    [
        {"base": "(tf.keras.layers.Layer)"},
        {"options": ", trainable=False"},
        {"made": "Other()"},
        {"loss": "tf.reduce_mean(model(x))"},
        {"asked": "gradients = tape.gradient(loss, weights)"},
    ],
    ids=["a_layer", "not_to_train", "made_elsewhere", "not_used_here", "no_list_of_a_model"],
)
def test_declines(parts: dict[str, str]) -> None:
    assert made(**parts) is None
