"""What would be divided by zero is left out of the loss."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import leave_out_zero_divisors

TEXT = """import numpy as np
import tensorflow as tf


def relative(y_true, y_pred):
{}


labels = np.eye(3)[[0, 2, 1, 2]].astype("float32")
model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(3, name="head")])
model.compile("sgd", relative)
model.fit(tf.ones([4, 4]), labels, verbose=0)
"""
MADE = {
    "a_relative_error": (
        "    return tf.reduce_mean(tf.abs((y_true - y_pred) / y_true), axis=-1)",
        (
            "-    return tf.reduce_mean(tf.abs((y_true - y_pred) / y_true), axis=-1)\n"
            "+    return tf.reduce_mean(tf.abs(tf.math.divide_no_nan(y_true - y_pred, y_true)), axis=-1)\n"
        ),
    ),
    "a_root_around_it": (
        "    return tf.sqrt(tf.reduce_mean(((y_true - y_pred) / y_true) ** 2) + 0.1)",
        (
            "-    return tf.sqrt(tf.reduce_mean(((y_true - y_pred) / y_true) ** 2) + 0.1)\n"
            "+    return tf.sqrt(tf.reduce_mean(tf.math.divide_no_nan(y_true - y_pred, y_true) ** 2) + 0.1)\n"
        ),
    ),
}
DECLINED = {
    "a_logarithm": "    return tf.reduce_sum(y_pred * (tf.math.log(y_pred) - tf.math.log(y_true)), axis=-1)",
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(leave_out_zero_divisors, DECLINED, TEXT.format)
