"""Places in an order are counted by sigmoids."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import rank_softly

TEXT = """import tensorflow as tf


def displacement(y_true, y_pred):
    places = {}
    return tf.reduce_mean(tf.abs(places - y_true), axis=-1)


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="scores")])
model.compile("sgd", displacement)
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 4]), verbose=0)
"""
SOFT = "+    places = tf.reduce_sum(tf.sigmoid(y_pred[..., :, None] - y_pred[..., None, :]), axis=-1) - 0.5\n"
MADE = {
    line: (line, f"-    places = {line}\n{SOFT}")
    for line in (
        "tf.cast(tf.argsort(tf.argsort(y_pred)), tf.float32)",
        "tf.cast(tf.argsort(tf.argsort(y_pred, axis=-1), axis=-1), tf.float32)",
        'tf.cast(tf.argsort(tf.argsort(y_pred, stable=True)), "float32")',
    )
}
DECLINED = {
    "downwards": 'tf.cast(tf.argsort(tf.argsort(y_pred, direction="DESCENDING")), tf.float32)',
    "another_axis": "tf.cast(tf.argsort(tf.argsort(y_pred, axis=0), axis=0), tf.float32)",
    "an_order": "tf.cast(tf.argsort(y_pred), tf.float32)",
    "of_a_call": "tf.cast(tf.argsort(tf.argsort(tf.nn.softmax(y_pred))), tf.float32)",
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(rank_softly, DECLINED, TEXT.format)
