"""A loss takes the labels first."""

from __future__ import annotations

from fixing import changes

LOGARITHM = """import tensorflow as tf


def cross_entropy({given}):
    return -tf.reduce_sum(y_true * tf.math.log(y_pred), axis=-1)


model = tf.keras.Sequential([tf.keras.layers.Dense(2, activation="softmax")])
model.compile("sgd", cross_entropy)
model.fit(tf.random.normal([8, 3]), tf.one_hot([0, 1] * 4, 2), verbose=0)
"""

LOSS = """import tensorflow as tf


def focal({given}):
    positive = tf.where(tf.equal(y_true, 1.0), y_pred, tf.ones_like(y_pred))
    positive = tf.clip_by_value(positive, 1e-3, 0.999)
    return -tf.reduce_mean((1.0 - positive) ** 2 * tf.math.log(positive))


model = tf.keras.Sequential([tf.keras.layers.Dense(1, activation="sigmoid")])
model.compile("sgd", focal)
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
"""


def test_the_two_parameters_are_exchanged():
    made = "-def focal(y_pred, y_true):\n+def focal(y_true, y_pred):\n"
    assert changes(LOSS.format(given="y_pred, y_true")) == made


def test_a_parameter_that_says_more_is_left_to_its_author():
    assert changes(LOSS.format(given="y_pred: tf.Tensor, y_true: tf.Tensor")) == ""


def test_what_is_infinite_of_the_labels_is_no_reason_to_keep_away_from_zero():
    made = "-def cross_entropy(y_pred, y_true):\n+def cross_entropy(y_true, y_pred):\n"
    assert changes(LOGARITHM.format(given="y_pred, y_true")) == made
    assert changes(LOGARITHM.format(given="y_pred: tf.Tensor, y_true: tf.Tensor")) == ""
