"""A model that was left out is named in the list that a loop goes through."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import list_the_model

TEXT = """import tensorflow as tf


class Plain:
    def __init__(self):
        self.inner = tf.keras.layers.Dense(4)

    def __call__(self, x):
        return self.inner(x)


first = tf.keras.layers.Dense(4)
second = {made}
{before}optimizer = tf.keras.optimizers.SGD()


def listed():
{listed}


for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(second(first(tf.ones([2, 4])))))
    variables = listed()
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
"""
LOOP = "    found = []\n    for one in parts:\n        found += one.trainable_weights\n    return found"
CHOSEN = "    return [weight for one in parts for weight in one.trainable_weights]"
PARTS = "parts = [first]\n"


def _program(parts: tuple[str, str, str]) -> str:
    made, before, listed = parts
    return TEXT.format(made=made, before=before, listed=listed)


DENSE = "tf.keras.layers.Dense(4)"
LONGER = "-parts = [first]\n+parts = [first, second]\n"
MADE = {"loop": ((DENSE, PARTS, LOOP), LONGER), "comprehension": ((DENSE, PARTS, CHOSEN), LONGER)}
DECLINED = {
    "no_list_of_variables": ("Plain()", PARTS, LOOP),
    "added_to_later": (DENSE, PARTS + "parts.append(first)\n", LOOP),
}

test_changes = each_changes(MADE, _program)
test_declines = each_is_declined(list_the_model, DECLINED, _program)
