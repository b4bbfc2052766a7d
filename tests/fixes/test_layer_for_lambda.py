"""A function in a Lambda layer becomes a layer that owns what the function uses."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import layer_for_lambda

HEAD = """\
import tensorflow as tf
from tensorflow.keras import layers

log_scale = tf.Variable(tf.zeros([2]), name="log_scale")
"""

REPAIRED = {
    "a_function_and_a_later_use": (
        HEAD
        + """\


# Scales.
def apply_scale(t):
    \"\"\"Positive.\"\"\"
    return t * tf.exp(log_scale)


inputs = layers.Input([3])
x = layers.Dense(2)(inputs)
x = layers.Lambda(
    apply_scale,
    output_shape=(2,),
    name="scale",
)(x)
model = tf.keras.Model(inputs, x)
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
print(log_scale)
""",
        """\
import tensorflow as tf
from tensorflow.keras import layers


# Scales.
class ApplyScale(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.log_scale = self.add_weight(name="log_scale", shape=[2], initializer="zeros")

    def call(self, t):
        \"\"\"Positive.\"\"\"
        return t * tf.exp(self.log_scale)


inputs = layers.Input([3])
x = layers.Dense(2)(inputs)
scale = ApplyScale(name="scale")
x = scale(x)
model = tf.keras.Model(inputs, x)
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
print(scale.log_scale)
""",
    ),
    "a_lambda_with_a_layer": (
        HEAD
        + """\

gate = layers.Dense(2, name="gate")
gate.build((None, 2))
inputs = layers.Input([3])
x = layers.Dense(2)(inputs)
# gated
x = layers.Lambda(lambda t: tf.nn.relu(gate(t)) * tf.exp(log_scale), name="gating")(x)
model = tf.keras.Model(inputs, x)
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
        """\
import tensorflow as tf
from tensorflow.keras import layers

gate = layers.Dense(2, name="gate")
gate.build((None, 2))
inputs = layers.Input([3])
x = layers.Dense(2)(inputs)


class Gating(layers.Layer):
    def __init__(self, gate, **kwargs):
        super().__init__(**kwargs)
        self.gate = gate
        self.log_scale = self.add_weight(name="log_scale", shape=[2], initializer="zeros")

    def call(self, t):
        return tf.nn.relu(self.gate(t)) * tf.exp(self.log_scale)


# gated
x = Gating(gate, name="gating")(x)
model = tf.keras.Model(inputs, x)
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
    ),
    "in_a_list": (
        HEAD
        + """\

model = tf.keras.Sequential([layers.Dense(2), layers.Lambda(lambda t: t * tf.exp(log_scale), name="rate")])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
print(log_scale)
""",
        """\
import tensorflow as tf
from tensorflow.keras import layers


class Rate(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.log_scale = self.add_weight(name="log_scale", shape=[2], initializer="zeros")

    def call(self, t):
        return t * tf.exp(self.log_scale)


rate = Rate(name="rate")
model = tf.keras.Sequential([layers.Dense(2), rate])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
print(rate.log_scale)
""",
    ),
}
LEFT = {
    "a_use_before": HEAD
    + """\

optimizer_of = {"scale": log_scale}
inputs = layers.Input([3])
x = layers.Lambda(lambda t: t * tf.exp(log_scale), name="rate")(layers.Dense(2)(inputs))
model = tf.keras.Model(inputs, x)
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(layer_for_lambda, LEFT)
