"""A softmax over the steps."""

from __future__ import annotations

from fixing import changes, each_changes, each_is_declined
from programs import with_layers

from gradcheck.fix.fixes import attend_over_the_steps

MADE = {
    "no_axis": (
        (
            "weights = tf.nn.softmax(self.score(x))\n"
            "return tf.reduce_sum(weights * x, axis=1) + self.first(self.second(x))[:, 0]"
        ),
        (
            "-        weights = tf.nn.softmax(self.score(x))\n"
            "+        weights = tf.nn.softmax(self.score(x), axis=1)\n"
        ),
    ),
    "handed_out_besides": (
        (
            "weights = tf.nn.softmax(self.score(x))\n"
            "context = tf.reduce_sum(weights * x, axis=1) + self.first(self.second(x))[:, 0]\n"
            "return context, weights"
        ),
        (
            "-        weights = tf.nn.softmax(self.score(x))\n"
            "+        weights = tf.nn.softmax(self.score(x), axis=1)\n"
        ),
    ),
    "the_last_axis": (
        (
            "weights = tf.nn.softmax(self.score(x), axis=-1)\n"
            "context = weights * x\n"
            "return tf.reduce_sum(context, axis=1) + self.first(self.second(x))[:, 0]"
        ),
        (
            "-        weights = tf.nn.softmax(self.score(x), axis=-1)\n"
            "+        weights = tf.nn.softmax(self.score(x), axis=1)\n"
        ),
    ),
}

DECLINED = {
    "summed_over_two_axes": (
        "weights = tf.nn.softmax(self.score(x))\n"
        "first, second = tf.reduce_sum(weights * x, axis=1), tf.reduce_sum(weights * x, axis=2)\n"
        "return first[:, None] + second[..., None] + self.first(self.second(x))"
    ),
    "no_sum": "return tf.nn.softmax(self.score(x)) * x + self.first(self.second(x))",
}

test_changes = each_changes(MADE, with_layers)
test_declines = each_is_declined(attend_over_the_steps, DECLINED, with_layers)


MODEL = """import tensorflow as tf
from tensorflow.keras import layers

steps = tf.keras.Input((5, 3))
{layer}
model = tf.keras.Model(steps, {output})
model.compile("sgd", "mse")
"""
LAYER = 'p = layers.Dense(1, activation="softmax")(steps)'


def test_a_layer_whose_result_is_a_factor():
    text = MODEL.format(layer=LAYER, output="layers.Flatten()(layers.Multiply()([p, steps]))")
    assert changes(text) == (
        f"-{LAYER}\n+p = layers.Dense(1, activation=lambda scores: tf.nn.softmax(scores, axis=1))(steps)\n"
    )


def test_a_layer_that_is_an_output_gets_a_sigmoid():
    text = MODEL.format(layer=LAYER, output="[p, layers.Flatten()(steps)]")
    assert changes(text) == f"-{LAYER}\n+{LAYER.replace('softmax', 'sigmoid')}\n"
