"""A misspelt flag is spelt."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import spell_trainable


def test_on_a_line_with_others():
    text = """import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
encoder.trainble = True; print("unfrozen")
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""
    assert (
        changes(text)
        == """-encoder.trainble = True; print("unfrozen")
+encoder.trainable = True; print("unfrozen")
"""
    )


def test_in_a_loop():
    text = """import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
for layer in encoder.layers:
    layer.trainabel = True  # fine-tune
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""
    assert (
        changes(text)
        == """-    layer.trainabel = True  # fine-tune
+    layer.trainable = True  # fine-tune
"""
    )


def test_declines_the_right_name_at_the_wrong_time():
    text = """import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")
encoder.trainable = True
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""
    assert offered(spell_trainable, text) == [None] * 1
