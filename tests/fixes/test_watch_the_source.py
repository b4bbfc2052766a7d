"""A tape watches what its gradient is asked for."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import watch_the_source


def test_before_the_first_line_which_keeps_its_comment():
    text = """import tensorflow as tf

image = tf.random.normal([1, 4])
with tf.GradientTape() as tape:

    # how bright
    score = tf.reduce_sum(tf.square(image))
slopes = tape.gradient(score, image)
"""
    assert (
        changes(text)
        == """-
+    tape.watch(image)
"""
    )


def test_declines_an_expression():
    text = """import tensorflow as tf

images = {"first": tf.random.normal([1, 4])}
with tf.GradientTape() as tape:
    score = tf.reduce_sum(tf.square(images["first"]))
slopes = tape.gradient(score, list(images.values()))
"""
    assert offered(watch_the_source, text) == [None] * 1
