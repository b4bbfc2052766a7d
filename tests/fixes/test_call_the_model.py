"""A prediction becomes a call of the model."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import call_the_model


def test_what_only_predict_takes_is_dropped():
    text = """import tensorflow as tf

generator = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
noise = tf.random.normal([8, 2])

with tf.GradientTape() as tape:
    images = generator.predict(x=noise, batch_size=4, verbose=0)  # no training
    loss = tf.reduce_mean(tf.square(images))
gradients = tape.gradient(loss, generator.trainable_variables)
"""
    assert (
        changes(text)
        == """-    images = generator.predict(x=noise, batch_size=4, verbose=0)  # no training
+    images = generator(noise, training=True)  # no training
"""
    )


def test_before_the_tape():
    text = """import tensorflow as tf

generator = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
noise = tf.random.normal([8, 2])

for _ in range(2):
    images = generator.predict_on_batch(noise)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(images))
    gradients = tape.gradient(loss, generator.trainable_variables)
"""
    assert (
        changes(text)
        == """-    images = generator.predict_on_batch(noise)
+        images = generator(noise, training=True)
"""
    )


def test_declines_a_generator_of_batches():
    text = """import tensorflow as tf

generator = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
noise = tf.random.normal([8, 2])

with tf.GradientTape() as tape:
    images = generator.predict(iter([noise]), steps=1)
    loss = tf.reduce_mean(tf.square(images))
gradients = tape.gradient(loss, generator.trainable_variables)
"""
    assert offered(call_the_model, text) == [None] * 1
