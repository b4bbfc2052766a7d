"""The function of a Lambda layer is called without it where Keras can follow it."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import call_it_directly

HEAD = """\
import tensorflow as tf
from tensorflow.keras import layers

gate = layers.Dense(3, name="gate")
gate.build((None, 3))


"""

REPAIRED = {
    "a_function": (
        HEAD
        + """\
def apply_gate(t):
    return t * gate(t)


inputs = layers.Input([3])
x = layers.Lambda(apply_gate, output_shape=(3,), name="gating")(inputs)
model = tf.keras.Model(inputs, layers.Dense(2)(x))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
        HEAD
        + """\
def apply_gate(t):
    return t * gate(t)


inputs = layers.Input([3])
x = apply_gate(inputs)
model = tf.keras.Model(inputs, layers.Dense(2)(x))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
    ),
    "a_lambda": (
        HEAD
        + """\
inputs = layers.Input([3])
x = 2.0 * layers.Lambda(lambda t: t + gate(t))(inputs)
model = tf.keras.Model(inputs, layers.Dense(2)(x))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
        HEAD
        + """\
inputs = layers.Input([3])
x = 2.0 * (inputs + gate(inputs))
model = tf.keras.Model(inputs, layers.Dense(2)(x))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
    ),
}
LEFT = {
    "one_that_uses_tensorflow": HEAD
    + """\
inputs = layers.Input([3])
x = layers.Lambda(lambda t: tf.nn.relu(gate(t)))(inputs)
model = tf.keras.Model(inputs, layers.Dense(2)(x))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(call_it_directly, LEFT)
