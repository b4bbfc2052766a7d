"""Layers are frozen one by one."""

from __future__ import annotations

from fixing import changes


def test_before_a_loop_over_some_of_them():
    text = """import tensorflow as tf

encoder = tf.keras.Sequential(
    [tf.keras.Input([3]), tf.keras.layers.Dense(4, name="first"), tf.keras.layers.Dense(4, name="last")]
)

# fine-tune the last layer only
encoder.trainable = False
for layer in encoder.layers[-1:]:
    layer.trainable = True
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""
    assert (
        changes(text)
        == """-encoder.trainable = False
+for layer in encoder.layers:
+    layer.trainable = False
"""
    )
