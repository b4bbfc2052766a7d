"""A tape computes what was left out."""

from __future__ import annotations

from textwrap import indent

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import differentiate_the_argument


def with_gradient(lines: str) -> str:
    """A layer that calls a function whose gradient is this."""
    return f"""import tensorflow as tf

@tf.custom_gradient
def clipped(x, scale):
    y = tf.tanh(x / scale) * scale

    def gradient(up):
{indent(lines, "        ")}

    return y, gradient


class Clip(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

    def call(self, x):
        return clipped(x, tf.convert_to_tensor(self.scale))
"""


REPAIRED = {
    "from a result with a name": (
        "return up * (1.0 - tf.square(y / scale)), None  # not now",
        """\
-        return up * (1.0 - tf.square(y / scale)), None  # not now
+        with tf.GradientTape() as tape:
+            tape.watch(scale)
+            value = tf.tanh(x / scale) * scale
+        return up * (1.0 - tf.square(y / scale)), tape.gradient(value, scale, output_gradients=up)  # not now
""",
    ),
}
DECLINED = {
    "of two arguments": "return None, None",
}

test_it_is_repaired = each_changes(REPAIRED, with_gradient)
test_it_is_declined = each_is_declined(differentiate_the_argument, DECLINED, with_gradient)
