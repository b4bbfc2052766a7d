"""A tape watches what its gradient is asked for."""

from __future__ import annotations

from fixing import changes, made_at, offered

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


LATE = """import tensorflow as tf

image = tf.random.normal([1, 4])
with tf.GradientTape() as tape:
    bright = image * 2.0
    score = tf.reduce_sum(tf.square(bright))
    tape.watch({what})
slopes = tape.gradient(score, {what})
"""


def test_one_that_stands_too_far_down_moves_up():
    assert (
        changes(LATE.format(what="image"))
        == """+    tape.watch(image)
-    tape.watch(image)
"""
    )
    after = made_at(watch_the_source, LATE.format(what="bright"), "tape.watch(bright)")
    assert after and "    bright = image * 2.0\n    tape.watch(bright)\n    score" in after


def test_declines_to_move_what_watches_an_expression():
    text = LATE.format(what="image").replace("watch(image)", "watch([image])")
    assert made_at(watch_the_source, text, "tape.watch([image])") is None


def test_declines_an_expression():
    text = """import tensorflow as tf

images = {"first": tf.random.normal([1, 4])}
with tf.GradientTape() as tape:
    score = tf.reduce_sum(tf.square(images["first"]))
slopes = tape.gradient(score, list(images.values()))
"""
    assert offered(watch_the_source, text) == [None] * 1
