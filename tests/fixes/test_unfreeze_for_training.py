"""A model is unfrozen while it is trained by itself."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import unfreeze_for_training


def test_around_several_calls():
    text = """import tensorflow as tf

critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
critic.compile("sgd", "mse")
generator = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
critic.trainable = False
both = tf.keras.Sequential([generator, critic])
both.compile("sgd", "mse")
for _ in range(2):
    # the critic
    critic.train_on_batch(tf.random.normal([8, 3]), tf.ones([8, 1]))
    fake = generator.predict(tf.random.normal([8, 2]), verbose=0)
    critic.train_on_batch(fake, tf.zeros([8, 1]))
    both.train_on_batch(tf.random.normal([8, 2]), tf.zeros([8, 1]))
"""
    assert (
        changes(text)
        == """+    critic.trainable = True
+    critic.trainable = False
"""
    )


def test_around_two_calls_in_one_statement():
    text = """import tensorflow as tf

critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
critic.compile("sgd", "mse")
generator = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
critic.trainable = False
both = tf.keras.Sequential([generator, critic])
both.compile("sgd", "mse")
for _ in range(2):
    loss = critic.train_on_batch(tf.ones([8, 3]), tf.ones([8, 1])) + critic.train_on_batch(
        tf.zeros([8, 3]), tf.zeros([8, 1])
    )
    both.train_on_batch(tf.random.normal([8, 2]), tf.zeros([8, 1]))
"""
    assert (
        changes(text)
        == """+    critic.trainable = True
+    critic.trainable = False
"""
    )


def test_declines_in_different_blocks():
    text = """import tensorflow as tf

critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
critic.compile("sgd", "mse")
generator = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
critic.trainable = False
both = tf.keras.Sequential([generator, critic])
both.compile("sgd", "mse")
for _ in range(2):
    critic.train_on_batch(tf.random.normal([8, 3]), tf.ones([8, 1]))
    for _ in range(2):
        critic.train_on_batch(tf.random.normal([8, 3]), tf.zeros([8, 1]))
    both.train_on_batch(tf.random.normal([8, 2]), tf.zeros([8, 1]))
"""
    assert offered(unfreeze_for_training, text) == [None] * 1
