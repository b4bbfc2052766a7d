"""Sums of gradients are set to zero after they are applied."""

from __future__ import annotations

from fixing import changes, each_is_declined

from gradcheck.fix.fixes import clear_afterwards


def program(lines: str) -> str:
    """A loop that adds gradients up, with what it does every second step."""
    return f"""\
import tensorflow as tf


class Sums:
    def __init__(self, variables):
        self.sums = [tf.Variable(tf.zeros_like(one), trainable=False) for one in variables]

    def add(self, gradients):
        for total, gradient in zip(self.sums, gradients):
            total.assign_add(gradient)

    def reset(self):
        for total in self.sums:
            total.assign(tf.zeros_like(total))

    def mean(self):
        return [total / 2.0 for total in self.sums]


dense = tf.keras.layers.Dense(1, name="dense")
x = tf.random.normal([8, 3])
dense(x)
optimizer = tf.keras.optimizers.SGD(0.1)
sums = Sums(dense.trainable_variables)
for step in range(4):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(dense(x) - 1.0))
    sums.add(tape.gradient(loss, dense.trainable_variables))
    if step % 2:
        {lines}
"""


APPLIED = "optimizer.apply_gradients(zip(sums.mean(), dense.trainable_variables))"


def test_the_line_moves_behind_the_one_that_applies_them() -> None:
    text = program(f"sums.reset()\n        {APPLIED}\n        print(step)")
    assert changes(text) == f"+        {APPLIED}\n-        {APPLIED}\n"


BY_A_LOOP = "for total in sums.sums:\n            total.assign(tf.zeros_like(total))\n        "

test_declines = each_is_declined(
    clear_afterwards, {"a loop that sets them to zero": BY_A_LOOP + APPLIED}, program
)
