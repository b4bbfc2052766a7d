"""A list is taken of the model that bears the name when the list is used."""

from __future__ import annotations

from fixing import changes

BOUND_ANEW = """import tensorflow as tf

x, y = tf.ones([8, 3]), tf.ones([8, 1])
model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="first")])
weights = model.trainable_variables
optimizer = tf.keras.optimizers.SGD(0.1)


def step({parameters}):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="second")])
for _ in range(2):
    step({arguments})
"""


def test_in_the_function_that_trains():
    assert changes(BOUND_ANEW.format(parameters="", arguments="")) == (
        "-weights = model.trainable_variables\n"
        "-    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))\n"
        "+    optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), "
        "model.trainable_variables))\n"
    )


def test_not_where_the_name_means_something_else():
    assert changes(BOUND_ANEW.format(parameters="model", arguments="model")) == ""
