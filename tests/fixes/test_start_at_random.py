"""A kernel of zeros is left to Keras."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import start_at_random

TEXT = """import tensorflow as tf
from tensorflow.keras import initializers, layers

start = initializers.Zeros()
model = tf.keras.Sequential(
    [
        layers.Input([3]),
        {},
        layers.Dense(1, name="head"),
    ]
)
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""
MADE = {
    "a_word": (
        'layers.Dense(4, activation="relu", kernel_initializer="zeros")',
        (
            '-        layers.Dense(4, activation="relu", kernel_initializer="zeros"),\n'
            '+        layers.Dense(4, activation="relu"),\n'
        ),
    ),
    "a_name_before_others": (
        'layers.Dense(4, "relu", kernel_initializer=start, name="hidden")',
        (
            '-        layers.Dense(4, "relu", kernel_initializer=start, name="hidden"),\n'
            '+        layers.Dense(4, "relu", name="hidden"),\n'
        ),
    ),
    "an_initializer": (
        'layers.Dense(4, "relu", kernel_initializer=initializers.Zeros())',
        (
            '-        layers.Dense(4, "relu", kernel_initializer=initializers.Zeros()),\n'
            '+        layers.Dense(4, "relu"),\n'
        ),
    ),
    "two_of_them": (
        'layers.Dense(4, "relu", kernel_initializer=start),\n'
        '        layers.Dense(5, "relu", kernel_initializer="zeros")',
        (
            '-        layers.Dense(4, "relu", kernel_initializer=start),\n'
            '-        layers.Dense(5, "relu", kernel_initializer="zeros"),\n'
            '+        layers.Dense(4, "relu"),\n'
            '+        layers.Dense(5, "relu"),\n'
        ),
    ),
}
DECLINED = {
    "a_bias_far_below": (
        'layers.Dense(4, "relu", kernel_initializer=initializers.Constant(0.0), '
        "bias_initializer=initializers.Constant(-1.0))"
    ),
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(start_at_random, DECLINED, TEXT.format)
