"""A computed term joins the loss."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import add_the_term


def test_to_a_loss_computed_before():
    text = """import tensorflow as tf

inputs = tf.keras.Input([3])
model = tf.keras.Model(
    inputs, [tf.keras.layers.Dense(1, name="cost")(inputs), tf.keras.layers.Dense(1, name="fraud")(inputs)]
)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
with tf.GradientTape() as tape:
    costs, frauds = model(x)
    loss = tf.reduce_mean(tf.square(costs - y))
    fraud_loss = tf.reduce_mean(tf.square(frauds - y))
gradients = tape.gradient(loss, model.trainable_variables)
"""
    assert (
        changes(text)
        == """+    loss += fraud_loss
"""
    )


def test_declines_no_term_of_a_loss():
    text = """import tensorflow as tf

inputs = tf.keras.Input([3])
model = tf.keras.Model(
    inputs, [tf.keras.layers.Dense(1, name="cost")(inputs), tf.keras.layers.Dense(1, name="fraud")(inputs)]
)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
with tf.GradientTape() as tape:
    costs, frauds = model(x)
    loss = tf.reduce_mean(tf.square(costs - y))
    accuracy = tf.reduce_mean(tf.square(frauds - y))
gradients = tape.gradient(loss, model.trainable_variables)
"""
    assert offered(add_the_term, text) == [None] * 1
