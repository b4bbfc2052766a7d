"""A weight that is created switched off, and never written to, is created as one that trains."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import create_it_trainable, spell_trainable


def program(lines: str) -> str:
    return f"""import tensorflow as tf


class CenterLoss(tf.keras.layers.Layer):
    def build(self, shape):
{lines}

    def call(self, features, labels):
        self.add_loss(tf.reduce_mean(tf.square(features - tf.matmul(labels, self.centers))))
        return features
"""


ADDED = """\
        self.centers = self.add_weight(
            name="centers",
            shape=(3, 4),
            initializer="random_normal",
            trainable=False,
        )"""
BARE = """\
        self.centers = tf.Variable(tf.random.normal((3, 4)), trainable=False)"""
LATER = """\
        flags = {"trainable": False}
        self.centers = self.add_weight("centers", (3, 4), initializer="random_normal", **flags)"""

test_it_changes = each_changes(
    {
        "the last argument of a list": (ADDED, "-            trainable=False,\n"),
        "a variable": (
            BARE,
            "-        self.centers = tf.Variable(tf.random.normal((3, 4)), trainable=False)\n"
            "+        self.centers = self.add_weight(\n"
            '+            name="centers",\n'
            "+            shape=(3, 4),\n"
            "+            initializer=lambda shape, dtype=None: tf.random.normal(shape),\n"
            "+        )\n",
        ),
    },
    program,
)
test_a_flag_that_comes_from_elsewhere = each_is_declined(create_it_trainable, {"dict": LATER}, program)
test_no_flag_is_misspelt = each_is_declined(spell_trainable, {"added": ADDED}, program)
