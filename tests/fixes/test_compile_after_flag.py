"""Flags are set before `compile()`."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import compile_after_flag


def test_the_flag_moves():
    text = """import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")

# now all of it
encoder.trainable = True
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""
    assert (
        changes(text)
        == """-model.compile("sgd", "mse")
-
+model.compile("sgd", "mse")
"""
    )


def test_behind_all_flags():
    text = """import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
encoder.trainable = True
model.layers[-1].trainable = False
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""
    assert (
        changes(text)
        == """+model.compile("sgd", "mse")
"""
    )


def test_declines_an_optimizer_that_has_trained():
    text = """import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
optimizer = tf.keras.optimizers.SGD(0.1)
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile(optimizer, "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
encoder.trainable = True
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""
    assert offered(compile_after_flag, text) == [None] * 1


def test_behind_the_call_of_a_function_that_sets_the_flag():
    text = """import tensorflow as tf


def unfreeze(part):
    part.trainable = True


encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
unfreeze(encoder)
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""
    assert (
        changes(text)
        == """+model.compile("sgd", "mse")
"""
    )
