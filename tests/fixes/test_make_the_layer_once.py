"""A layer that `call()` makes anew is made once."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import make_the_layer_once

HEAD = """\
import tensorflow as tf


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "in_the_constructor": (
        HEAD
        + """\
    def __init__(self):
        super().__init__()
        self.units = 3

    def call(self, x):
        return tf.keras.layers.Dense(self.units, name="gate")(x)
""",
        HEAD
        + """\
    def __init__(self):
        super().__init__()
        self.units = 3
        self.gate = tf.keras.layers.Dense(self.units, name="gate")

    def call(self, x):
        return self.gate(x)
""",
    ),
    "in_build": (
        HEAD
        + """\
    def call(self, x):
        gate = tf.keras.layers.Dense(x.shape[-1])
        return x * gate(x)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.gate = tf.keras.layers.Dense(input_shape[-1])

    def call(self, x):
        gate = self.gate
        return x * gate(x)
""",
    ),
    "in_a_build_that_is_there": (
        HEAD
        + """\
    def build(self, shape):
        \"\"\"Prepare.\"\"\"
        self.gain = self.add_weight(name="gain", shape=[shape[-1]])

    def call(self, x):
        return self.gain * tf.keras.layers.LayerNormalization()(x) * tf.keras.layers.Dense(x.shape[-1])(x)
""",
        HEAD
        + """\
    def build(self, shape):
        \"\"\"Prepare.\"\"\"
        self.layer_normalization = tf.keras.layers.LayerNormalization()
        self.dense = tf.keras.layers.Dense(shape[-1])
        self.gain = self.add_weight(name="gain", shape=[shape[-1]])

    def call(self, x):
        return self.gain * self.layer_normalization(x) * self.dense(x)
""",
    ),
    "of_locals_that_follow_from_the_shape": (
        HEAD
        + """\
    def call(self, x):
        rows, width = x.shape
        half = int(x.shape[-1]) // 2
        x = tf.keras.layers.Dense(half + 1, activation="relu")(x)
        return tf.keras.layers.Dense(width)(x)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.dense = tf.keras.layers.Dense((int(input_shape[-1]) // 2) + 1, activation="relu")
        self.dense_2 = tf.keras.layers.Dense(input_shape[1])

    def call(self, x):
        rows, width = x.shape
        half = int(x.shape[-1]) // 2
        x = self.dense(x)
        return self.dense_2(x)
""",
    ),
}
LEFT = {
    "of_a_local": HEAD
    + """\
    def __init__(self):
        super().__init__()

    def call(self, x):
        n = x.shape[-1]
        n = tf.shape(x)[-1]
        return tf.keras.layers.Dense(n)(x)
""",
    "of_the_shape_of_something_else": HEAD
    + """\
    def __init__(self):
        super().__init__()

    def call(self, x):
        x = tf.nn.relu(x)
        n = x.shape[-1]
        return tf.keras.layers.Dense(n)(x)
""",
    "of_a_local_that_a_loop_binds": HEAD
    + """\
    def __init__(self):
        super().__init__()

    def call(self, x):
        n = x.shape[-1]
        for n in range(2):
            x = x + 1.0
        return tf.keras.layers.Dense(n)(x)
""",
    "in_a_loop": HEAD
    + """\
    def __init__(self):
        super().__init__()

    def call(self, x):
        for _ in range(3):
            x = tf.keras.layers.Dense(3)(x)
        return x
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(make_the_layer_once, LEFT)
