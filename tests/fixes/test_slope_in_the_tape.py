"""A slope of which a slope is taken is asked for where the tape records."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import slope_in_the_tape

TEXT = """import tensorflow as tf

net = tf.keras.Sequential([tf.keras.Input([1]), tf.keras.layers.Dense(8, "tanh"), tf.keras.layers.Dense(1)])


def residual(x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        u = net(x)
    {}
    bend = tape.gradient(slope, x)
    return u - bend


print(residual(tf.random.uniform([16, 1])))
"""
MADE = {
    "by_itself": (
        "slope = tape.gradient(u, x)",
        "-    slope = tape.gradient(u, x)\n+        slope = tape.gradient(u, x)\n",
    ),
    "behind_another": (
        "value = tf.square(u)\n    slope = tape.gradient(u, x)",
        "+        slope = tape.gradient(u, x)\n-    slope = tape.gradient(u, x)\n",
    ),
}
DECLINED = {"in_a_loop": "for _ in range(1):\n        slope = tape.gradient(u, x)"}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(slope_in_the_tape, DECLINED, TEXT.format)
