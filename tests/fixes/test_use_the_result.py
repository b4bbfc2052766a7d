"""A forgotten result takes the place of the name beside it."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import use_the_result


def test_compared_with_itself():
    text = """import tensorflow as tf

encoder, decoder = tf.keras.layers.Dense(2, name="code"), tf.keras.layers.Dense(3, name="picture")
x = tf.random.normal([8, 3])
decoder(encoder(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        code = encoder(x)
        picture = decoder(code)
        loss = tf.reduce_mean(tf.square(x - x)) + tf.reduce_mean(code)
    gradients = tape.gradient(loss, encoder.trainable_variables + decoder.trainable_variables)
"""
    assert (
        changes(text)
        == """-        loss = tf.reduce_mean(tf.square(x - x)) + tf.reduce_mean(code)
+        loss = tf.reduce_mean(tf.square(picture - x)) + tf.reduce_mean(code)
"""
    )


def test_of_two_heads_the_one_whose_truth_stands_beside_it():
    text = """import tensorflow as tf

inputs = tf.keras.Input([3])
model = tf.keras.Model(
    inputs, [tf.keras.layers.Dense(1, name="cost")(inputs), tf.keras.layers.Dense(1, name="risk")(inputs)]
)
x, y_cost, y_risk = tf.random.normal([8, 3]), tf.random.normal([8, 1]), tf.random.normal([8, 1])
with tf.GradientTape() as tape:
    out_cost, out_risk = model(x)
    loss = tf.nn.l2_loss(out_cost - y_cost) + tf.nn.l2_loss(out_cost - y_risk)
gradients = tape.gradient(loss, model.trainable_variables)
"""
    assert (
        changes(text)
        == """-    loss = tf.nn.l2_loss(out_cost - y_cost) + tf.nn.l2_loss(out_cost - y_risk)
+    loss = tf.nn.l2_loss(out_cost - y_cost) + tf.nn.l2_loss(out_risk - y_risk)
"""
    )


def test_declines_two_forgotten_results():
    text = """import tensorflow as tf

encoder, decoder = tf.keras.layers.Dense(2, name="code"), tf.keras.layers.Dense(3, name="picture")
x = tf.random.normal([8, 3])
decoder(encoder(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        code = encoder(x)
        picture = decoder(code)
        other = tf.tanh(picture)
        again = tf.tanh(code)
        loss = tf.reduce_mean(tf.square(x - x)) + tf.reduce_mean(code)
    gradients = tape.gradient(loss, encoder.trainable_variables + decoder.trainable_variables)
"""
    assert offered(use_the_result, text) == [None] * 1


def test_declines_two_places_that_might_be_meant():
    text = """import tensorflow as tf

encoder, decoder = tf.keras.layers.Dense(2, name="code"), tf.keras.layers.Dense(3, name="picture")
x = tf.random.normal([8, 3])
decoder(encoder(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        code = encoder(x)
        picture = decoder(code)
        loss = tf.reduce_mean(tf.square(x - x)) + tf.reduce_mean(tf.abs(x - x)) + tf.reduce_mean(code)
    gradients = tape.gradient(loss, encoder.trainable_variables + decoder.trainable_variables)
"""
    assert offered(use_the_result, text) == [None] * 1
