"""An output without a loss gets one that fits."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import loss_for_the_head


def test_missing_in_a_dictionary():
    text = """import tensorflow as tf

inputs = tf.keras.Input([3])
cost = tf.keras.layers.Dense(1, name="cost")(inputs)
fraud = tf.keras.layers.Dense(1, activation="sigmoid", name="fraud")(inputs)
model = tf.keras.Model(inputs, {'cost': cost, 'fraud': fraud})
model.compile('sgd', loss={'cost': 'mse'})
model.fit(tf.ones([8, 3]), {'cost': tf.ones([8, 1]), 'fraud': tf.ones([8, 1])}, verbose=0)
"""
    assert (
        changes(text)
        == """-model.compile('sgd', loss={'cost': 'mse'})
+model.compile('sgd', loss={'cost': 'mse', 'fraud': 'binary_crossentropy'})
"""
    )


def test_for_numbers():
    text = """import tensorflow as tf

inputs = tf.keras.Input([3])
cost = tf.keras.layers.Dense(1, name="cost")(inputs)
fraud = tf.keras.layers.Dense(1, name="fraud")(inputs)
model = tf.keras.Model(inputs, {'cost': cost, 'fraud': fraud})
model.compile("sgd", loss={"cost": "mae", "fraud": None})
model.fit(tf.ones([8, 3]), {'cost': tf.ones([8, 1]), 'fraud': tf.ones([8, 1])}, verbose=0)
"""
    assert (
        changes(text)
        == """-model.compile("sgd", loss={"cost": "mae", "fraud": None})
+model.compile("sgd", loss={"cost": "mae", "fraud": "mse"})
"""
    )


def test_declines_for_classes_numbered_or_in_columns():
    text = """import tensorflow as tf

inputs = tf.keras.Input([3])
cost = tf.keras.layers.Dense(1, name="cost")(inputs)
fraud = tf.keras.layers.Dense(1, activation="softmax", name="fraud")(inputs)
model = tf.keras.Model(inputs, {'cost': cost, 'fraud': fraud})
model.compile("sgd", loss={"cost": "mae", "fraud": None})
model.fit(tf.ones([8, 3]), {'cost': tf.ones([8, 1]), 'fraud': tf.ones([8, 1])}, verbose=0)
"""
    assert offered(loss_for_the_head, text) == [None] * 1
