"""One of two factors starts away from zero."""

from __future__ import annotations

from fixing import changes, each_changes
from programs import with_weights

MADE = {
    "two_weights": (
        "return x @ (self.a @ self.b)",
        (
            '-        self.a = self.add_weight(name="a", shape=[3, 3], initializer="zeros")\n'
            '+        self.a = self.add_weight(name="a", shape=[3, 3], initializer="glorot_uniform")\n'
        ),
    ),
}

test_changes = each_changes(MADE, with_weights)


def test_of_more_weights_the_product_names_the_factors() -> None:
    text = """import tensorflow as tf


class Adapter(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.down = self.add_weight(name="down", shape=[3, 2])
        self.shift = self.add_weight(name="shift", shape=[2], initializer="zeros")
        self.up = self.add_weight(name="up", shape=[2, 3], initializer="zeros")
        self.gain = self.add_weight(name="gain", shape=[], initializer="zeros")

    def call(self, x):
        h = tf.nn.gelu(tf.matmul(x, self.down) + self.shift)
        return x + self.gain * tf.matmul(h, self.up)


model = tf.keras.Sequential([tf.keras.Input([3]), Adapter(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]), verbose=0)
"""
    old = '        self.up = self.add_weight(name="up", shape=[2, 3], initializer="zeros")\n'
    assert changes(text) == f"-{old}+{old.replace('zeros', 'glorot_uniform')}"


def test_tables_that_one_line_makes_start_at_random() -> None:
    text = """import tensorflow as tf


def factors(ids, name):
    table = tf.keras.layers.Embedding(5, 2, embeddings_initializer="zeros", name=name)
    return tf.keras.layers.Flatten()(table(ids))


user, item = tf.keras.Input([1]), tf.keras.Input([1])
match = tf.keras.layers.Dot(axes=1)([factors(user, "users"), factors(item, "items")])
model = tf.keras.Model([user, item], match)
model.compile("sgd", "mse")
model.fit([tf.zeros([8, 1]), tf.zeros([8, 1])], tf.ones([8, 1]), verbose=0)
"""
    old = '    table = tf.keras.layers.Embedding(5, 2, embeddings_initializer="zeros", name=name)\n'
    assert changes(text) == f"-{old}+{old.replace('zeros', 'glorot_uniform')}"
