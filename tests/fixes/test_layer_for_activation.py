"""An activation function that uses a variable becomes a layer."""

from __future__ import annotations

from fixing import each_is_declined

from gradcheck.fix.fixes import layer_for_activation


def program(lines: str) -> str:
    """A model whose first layer has the activation function `swish`; before it these lines stand."""
    head, _, rest = lines.partition("; ")
    return f"""import tensorflow as tf

slope = tf.Variable({head})


def swish(x):
    return x * tf.sigmoid(slope * x)


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(2, activation=swish)])
{rest}
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
"""


LEFT = {
    "used_twice": "1.0; model.add(tf.keras.layers.Dense(2, activation=swish))",
    "called_too": "1.0; print(swish(tf.ones([2])))",
    "the_variable_is_read_elsewhere": "1.0; print(slope.numpy())",
    "a_shape_that_is_not_clear": "first_values(); pass",
}

test_it_is_left = each_is_declined(layer_for_activation, LEFT, program)
