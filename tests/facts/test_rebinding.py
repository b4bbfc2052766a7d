"""Containers of weights under a name that then holds tensors computed from them."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

PROGRAM = """
x = tf.ones([4, 3])

def train():
    weights = {made}
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(x @ weights[{key}]))
        gradients = tape.gradient(loss, weights)
        {update}
"""
LIST = ('[tf.Variable(tf.ones([3, 2]), name="w")]', "0")
DICT = ('{"w": tf.Variable(tf.ones([3, 2]), name="w")}', '"w"')
STEP = "lambda w, g: w - 0.1 * g"

BUGS = {
    "a list": (*LIST, "weights = [w - 0.1 * g for w, g in zip(weights, gradients)]  # error: w"),
    "a dict": (*DICT, "weights = {k: w - 0.1 * gradients[k] for k, w in weights.items()}  # error: w"),
    "a structure": (*DICT, f"weights = tf.nest.map_structure({STEP}, weights, gradients)  # error: w"),
    "a structure, where there is a gradient": (
        *LIST,
        "weights = tf.nest.map_structure(lambda w, g: w if g is None else w - g, weights, gradients)"
        "  # error: w",
    ),
}
LOOK_ALIKES = {
    "updated in place": (*LIST, "for w, g in zip(weights, gradients): w.assign_sub(0.1 * g)"),
    "a structure updated in place": (
        *DICT,
        "done = tf.nest.map_structure(lambda w, g: w.assign_sub(0.1 * g), weights, gradients)",
    ),
    "new variables": (*LIST, "weights = [tf.Variable(w - 0.1 * g) for w, g in zip(weights, gradients)]"),
    "under another name": (*LIST, "fast = [w - 0.1 * g for w, g in zip(weights, gradients)]"),
    "no gradient in it": (*LIST, "weights = [w for w in weights]"),
}


@pytest.mark.parametrize(("made", "key", "update"), BUGS.values(), ids=BUGS)
def test_tensors_take_the_place_of_weights(made: str, key: str, update: str) -> None:
    check(PROGRAM.format(made=made, key=key, update=update), "GC404")


@pytest.mark.parametrize(("made", "key", "update"), LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(made: str, key: str, update: str) -> None:
    check(PROGRAM.format(made=made, key=key, update=update), "")


def test_an_attribute_is_given_to_something_else_at_once() -> None:
    """Under Keras 2 nothing keeps the variable then, so no run could show it."""
    check(
        """
class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")
        self.gain = tf.ones([3])  # error: gain

    def call(self, x):
        return x * self.gain
""",
        "GC404",
    )
