"""A variable's path is asked for the layer."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import look_into_the_path

TEXT = """{}
import tensorflow as tf

inputs = {keras}.Input([3])
body = {keras}.layers.Dense(4, activation="tanh", name="body")(inputs)
model = {keras}.Model(inputs, {keras}.layers.Dense(1, name="head")(body))
slow = [one for one in model.trainable_variables if {test}]
fast = model.get_layer("head").trainable_variables
rates = [(slow, {keras}.optimizers.SGD(0.01)), (fast, {keras}.optimizers.SGD(0.1))]
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))
    for variables, optimizer in rates:
        if variables:
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
"""


def test_where_keras_is_imported() -> None:
    made = changes(TEXT.format("import keras", keras="keras", test='"body" in one.name'))
    assert made == (
        '-slow = [one for one in model.trainable_variables if "body" in one.name]\n'
        '+slow = [one for one in model.trainable_variables if "body" in one.path]\n'
    )


def test_declines_where_it_may_be_keras_2() -> None:
    text = TEXT.format("", keras="tf.keras", test='"body" in one.name')
    assert {*offered(look_into_the_path, text)} == {None}


def test_declines_what_a_name_begins_with() -> None:
    text = TEXT.format("import keras", keras="keras", test='one.name.startswith("body")')
    assert {*offered(look_into_the_path, text)} <= {None}
