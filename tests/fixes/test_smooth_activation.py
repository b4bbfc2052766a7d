"""A network of which a second derivative is taken gets activations that have one."""

from __future__ import annotations

from fixing import each_changes

HEAD = """import tensorflow as tf
from tensorflow.keras import layers

{}
strength = tf.Variable(0.5, name="strength")
x = tf.random.uniform([16, 1])
with tf.GradientTape() as tape:
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            u = net(x)
        slope = inner.gradient(u, x)
    bend = outer.gradient(slope, x, unconnected_gradients="zero")
    loss = tf.reduce_mean(tf.square(slope - strength * bend)) + tf.reduce_mean(tf.square(u))
gradients = tape.gradient(loss, [*net.trainable_variables, strength])
"""
CONFIG = """
class Config:
    activation: str = "relu"


cfg = Config()
net = tf.keras.Sequential([layers.Input([1]), layers.Dense(8, cfg.activation), layers.Dense(1)])"""
MADE = {
    "words": (
        'net = tf.keras.Sequential([layers.Input([1]), layers.Dense(8, "relu"), layers.Dense(1)])',
        (
            '-net = tf.keras.Sequential([layers.Input([1]), layers.Dense(8, "relu"), layers.Dense(1)])\n'
            '+net = tf.keras.Sequential([layers.Input([1]), layers.Dense(8, "tanh"), layers.Dense(1)])\n'
        ),
    ),
    "functions": (
        "net = tf.keras.Sequential([layers.Dense(8, activation=tf.nn.relu), layers.Dense(1)])",
        (
            "-net = tf.keras.Sequential([layers.Dense(8, activation=tf.nn.relu), layers.Dense(1)])\n"
            "+net = tf.keras.Sequential([layers.Dense(8, activation=tf.nn.tanh), layers.Dense(1)])\n"
        ),
    ),
    "layers": (
        "net = tf.keras.Sequential([layers.Dense(8), layers.ReLU(), layers.Dense(1)])",
        (
            "-net = tf.keras.Sequential([layers.Dense(8), layers.ReLU(), layers.Dense(1)])\n"
            '+net = tf.keras.Sequential([layers.Dense(8), layers.Activation("tanh"), layers.Dense(1)])\n'
        ),
    ),
    "a_setting": (CONFIG, '-    activation: str = "relu"\n+    activation: str = "tanh"\n'),
}

test_changes = each_changes(MADE, HEAD.format)
