"""Tests of how an object was set up: which of them the program decides, and which somebody else may."""

from __future__ import annotations

from functools import partial

import pytest

from tests.facts.marked import check as check_rule

check = partial(check_rule, rule="GC301")

BODY = """
class Body(layers.Layer):
    def __init__(self, hard=False, bits=None, mode="plain"):
        super().__init__()
        self.inner = layers.Dense(4, name="inner")
        self.hard, self.bits, self.mode = hard, bits, mode

    def call(self, x):
        x = self.inner(x)
        if {test}:
            x = tf.round(x){mark}
        return x

"""
FIT = """
model = tf.keras.Sequential([layers.Input([3]), {made}, layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
"""

DECIDED = {
    "a flag": ("self.hard", "Body(hard=True)"),
    "a flag by its place": ("self.hard", "Body(True)"),
    "a flag that is off": ("not self.hard", "Body()"),
    "a number": ("self.bits is not None and self.bits > 2", "Body(bits=4)"),
    "a word": ('self.mode == "round"', 'Body(mode="round")'),
    "one of several words": ('self.mode in ("round", "sign")', 'Body(mode="round")'),
    "one of two tests": ('self.hard or self.mode == "round"', 'Body(mode="round")'),
}


@pytest.mark.parametrize(("test", "made"), DECIDED.values(), ids=DECIDED)
def test_a_cut_in_the_arm_that_is_taken(test: str, made: str) -> None:
    check(BODY.format(test=test, mark="  # error: inner") + FIT.format(made=made))


OPEN = {
    "the other arm": ("self.hard", "Body()", ""),
    "a value that is not known": ("self.hard", "Body(hard=bool(tf.random.uniform([]) > 0.5))", ""),
    "changed by the program": ("self.hard", "Body(hard=True)", "model.layers[0].hard = False\n"),
    "changed by a callback": (
        "self.hard",
        "Body(hard=True)",
        "class Soften(tf.keras.callbacks.Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n"
        "        self.model.layers[0].hard = False\n",
    ),
}


@pytest.mark.parametrize(("test", "made", "more"), OPEN.values(), ids=OPEN)
def test_look_alike_is_silent(test: str, made: str, more: str) -> None:
    check(BODY.format(test=test, mark="") + FIT.format(made=made) + more)


def test_a_default_is_not_the_value_where_nobody_calls() -> None:
    made = "def build(hard=True):\n    return tf.keras.Sequential([layers.Input([3]), Body(hard)])\n"
    check(BODY.format(test="self.hard", mark="") + made)


def test_a_parameter_of_a_function_that_the_program_calls() -> None:
    check(
        """
def block(x, quantized=False):
    x = layers.Dense(4, name="inner")(x)
    if quantized:
        x = layers.Lambda(lambda value: tf.round(value))(x)  # error: inner
    return x

inputs = layers.Input([3])
model = tf.keras.Model(inputs, layers.Dense(1)(block(inputs, quantized=True)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
"""
    )


def test_a_parameter_that_is_changed_is_not_what_was_given() -> None:
    check(
        """
def block(x, quantized=False):
    quantized = quantized and tf.executing_eagerly()
    x = layers.Dense(4)(x)
    if quantized:
        x = layers.Lambda(lambda value: tf.round(value))(x)
    return x

inputs = layers.Input([3])
model = tf.keras.Model(inputs, layers.Dense(1)(block(inputs, quantized=True)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]))
"""
    )
