"""What a mask leaves out is zero before anything is computed of it."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import zero_for_missing

TEXT = """import tensorflow as tf


def loss(y_true, y_pred):
{}


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1)])
model.compile("sgd", loss)
model.fit(tf.ones([2, 3]), tf.constant([[1.0], [float("nan")]]))
"""
MASK = "    mask = tf.cast(~tf.math.is_nan(y_true), tf.float32)\n"
MEAN = "    return tf.reduce_mean(mask * error)"
FILLED = "+    y_true = tf.where(tf.math.is_nan(y_true), tf.zeros_like(y_true), y_true)\n"
MADE = {
    "difference": (f"{MASK}    error = tf.square(y_true - y_pred)\n{MEAN}", FILLED),
    "absolute": (f"{MASK}    error = tf.abs(y_pred - y_true)\n{MEAN}", FILLED),
}
DECLINED = {
    "its_own_result": (
        "    error = y_pred / tf.nn.relu(y_pred)\n"
        "    return tf.reduce_mean(tf.where(tf.math.is_nan(error), 0.0, error))"
    ),
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(zero_for_missing, DECLINED, TEXT.format)
