"""What is computed once moves to the one block that reads it."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import recompute_in_the_tape


def test_a_chain_that_starts_with_a_call():
    text = """import tensorflow as tf

gain = tf.Variable([2.0, 3.0], name="gain")
x, y = tf.random.normal([8, 2]), tf.random.normal([8, 2])


def scaled(values):
    return values * gain


errors = scaled(x) - y
squares = tf.square(errors)

for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(squares)
    gradient = tape.gradient(loss, gain)
"""
    assert (
        changes(text)
        == """-
-errors = scaled(x) - y
-squares = tf.square(errors)
-
+        errors = scaled(x) - y
+        squares = tf.square(errors)
"""
    )


def test_declines_read_behind_the_loop_too():
    text = """import tensorflow as tf

gain = tf.Variable([2.0, 3.0], name="gain")
x, y = tf.random.normal([8, 2]), tf.random.normal([8, 2])


def scaled(values):
    return values * gain


errors = scaled(x) - y
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(errors))
    gradient = tape.gradient(loss, gain)
print(errors)
"""
    assert offered(recompute_in_the_tape, text) == [None] * 1


def test_declines_what_it_reads_changes_on_the_way():
    text = """import tensorflow as tf

gain = tf.Variable([2.0, 3.0], name="gain")
x, y = tf.random.normal([8, 2]), tf.random.normal([8, 2])


def scaled(values):
    return values * gain


errors = scaled(x) - y
x = x + 1.0
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(errors) + x)
    gradient = tape.gradient(loss, gain)
"""
    assert offered(recompute_in_the_tape, text) == [None] * 1
