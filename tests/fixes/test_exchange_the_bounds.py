"""Bounds are given in their order."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import exchange_the_bounds

TEXT = """import keras
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
LIMIT = 0.5
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)
    gradients = [{} for one in gradients]
    optimizer.apply_gradients(zip(gradients, head.trainable_variables))
"""


def _rows(before: str, after: str) -> tuple[str, str]:
    row = "    gradients = [{} for one in gradients]\n"
    return before, f"-{row.format(before)}+{row.format(after)}"


MADE = {
    "listed": _rows("tf.clip_by_value(one, LIMIT, -LIMIT)", "tf.clip_by_value(one, -LIMIT, LIMIT)"),
    "numbers": _rows("tf.clip_by_value(one, 5.0, -1)", "tf.clip_by_value(one, -1, 5.0)"),
    "keywords": _rows(
        "tf.clip_by_value(one, clip_value_min=1.0, clip_value_max=-1.0)",
        "tf.clip_by_value(one, clip_value_min=-1.0, clip_value_max=1.0)",
    ),
    "of_keras": _rows("keras.ops.clip(one, 1.0, -1.0)", "keras.ops.clip(one, -1.0, 1.0)"),
}
DECLINED = {
    "no_room_between": "tf.clip_by_value(one, 0.0, 0.0)",
    "a_norm_of_zero": "tf.clip_by_norm(one, 0.0)",
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(exchange_the_bounds, DECLINED, TEXT.format)
