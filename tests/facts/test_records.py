"""Weights that the fields of a dataclass or of an attrs class hold."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

HEAD = """
import attr
import dataclasses
from dataclasses import dataclass, field
"""
STEP = """
optimizer = tf.keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    logits = tf.ones((2, 3)) @ p.w
    loss = tf.reduce_sum(logits / {temperature}){mark}
gradients = tape.gradient(loss, [p.w, p.t])
optimizer.apply_gradients(zip(gradients, [p.w, p.t]))
"""
MARK = "  # error: t"
CLASSES = {
    "a dataclass": """
@dataclass
class Params:
    w: tf.Variable = field(default_factory=lambda: tf.Variable(tf.ones((3, 1)), name="w"))
    t: tf.Variable = field(default_factory=lambda: tf.Variable(1.0, name="t"))


p = Params()
""",
    "a function makes it": """
def scale():
    return tf.Variable(1.0, name="t")


@dataclasses.dataclass(frozen=True)
class Params:
    w: tf.Variable
    t: tf.Variable = dataclasses.field(default_factory=scale)


p = Params(tf.Variable(tf.ones((3, 1)), name="w"))
""",
    "attrs": """
@attr.s(auto_attribs=True)
class Params:
    w: tf.Variable = attr.ib(factory=lambda: tf.Variable(tf.ones((3, 1)), name="w"))
    t: tf.Variable = attr.ib(factory=lambda: tf.Variable(1.0, name="t"))


p = Params()
""",
    "of a base class": """
@dataclass
class Temperature:
    t: tf.Variable = field(default_factory=lambda: tf.Variable(1.0, name="t"))


@dataclass
class Params(Temperature):
    w: tf.Variable = field(default_factory=lambda: tf.Variable(tf.ones((3, 1)), name="w"))


p = Params()
""",
}


@pytest.mark.parametrize("made", CLASSES.values(), ids=CLASSES)
def test_a_field_that_is_cut(made: str) -> None:
    check(HEAD + made + STEP.format(temperature="float(p.t)", mark=MARK), "GC203")


@pytest.mark.parametrize("made", CLASSES.values(), ids=CLASSES)
def test_a_field_that_is_used(made: str) -> None:
    check(HEAD + made + STEP.format(temperature="p.t", mark=""), "")
