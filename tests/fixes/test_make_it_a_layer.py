"""A `tf.Module` that a layer uses becomes a layer."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import make_it_a_layer

HEAD = """\
import tensorflow as tf


"""

REPAIRED = {
    "plain": (
        HEAD
        + """\
class Bank(tf.Module):
    def __init__(self, n, name=None):
        super().__init__(name)
        self.kernel = tf.Variable(tf.ones([n]), name="kernel")

    @tf.Module.with_name_scope
    def __call__(self, x):
        return x * self.kernel


class Layer(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank(3)

    def call(self, x):
        return self.bank(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
class Bank(tf.keras.layers.Layer):
    def __init__(self, n, name=None):
        super().__init__(name=name)
        self.kernel = self.add_weight(name="kernel", shape=[n], initializer="ones")

    def call(self, x):
        return x * self.kernel


class Layer(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank(3)

    def call(self, x):
        return self.bank(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
}
LEFT = {
    "with_a_name_of_keras": HEAD
    + """\
class Bank(tf.Module):
    def __init__(self, n):
        super().__init__()
        self.weights = tf.Variable(tf.ones([n]), name="kernel")

    def __call__(self, x):
        return x * self.weights


class Layer(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank(3)

    def call(self, x):
        return self.bank(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(make_it_a_layer, LEFT)
