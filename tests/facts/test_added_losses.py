"""Loops that leave out what their model added to the loss, and what looks like them."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

LAYER = """
class Prior(layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(3,))
        self.width = self.add_weight(name="width", shape=(3,))

    def call(self, x):
        self.add_loss(tf.reduce_sum(tf.square(self.gain) * self.width))
        return x * self.gain


x, y = tf.ones([8, 3]), tf.zeros([8, 3])
layer = Prior()
optimizer = tf.keras.optimizers.SGD(0.1)
"""
REGULARIZED = """
x, y = tf.ones([8, 3]), tf.zeros([8, 3])
layer = tf.keras.Sequential([layers.Input([3]), layers.Dense(3, kernel_regularizer="l2", name="dense")])
optimizer = tf.keras.optimizers.SGD(0.1)
"""


def loop(loss: str = "tf.reduce_mean(tf.square(layer(x) - y))", mark: str = "") -> str:
    return f"""
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = {loss}{mark}
    gradients = tape.gradient(loss, layer.trainable_variables)
    optimizer.apply_gradients(zip(gradients, layer.trainable_variables))
"""


BUGS = {
    "a weight that only an added loss trains": LAYER + loop(mark="  # error: width"),
    "a regularizer": REGULARIZED + loop(mark="  # warning: dense"),
    "an added loss beside the main one": LAYER.replace("* self.width", "+ x").replace(
        '        self.width = self.add_weight(name="width", shape=(3,))\n', ""
    )
    + loop(mark="  # warning: gain"),
}
PLAIN = "tf.reduce_mean(tf.square(layer(x) - y))"
LOOK_ALIKES = {
    "the loop adds them": LAYER + loop(f"{PLAIN} + tf.add_n(layer.losses)"),
    "the loop adds them under another name": REGULARIZED + loop(f"{PLAIN} + sum(getattr(layer, 'losses'))"),
    "fit adds them": LAYER
    + "model = tf.keras.Sequential([layer])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n",
    "there are none": REGULARIZED.replace('kernel_regularizer="l2"', "kernel_regularizer=None") + loop(),
    "the loss is somebody else's": "from somewhere import loss_of\n" + LAYER + loop("loss_of(layer, x, y)"),
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_added_losses_are_left_out(program: str) -> None:
    check(program, "GC505")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")
