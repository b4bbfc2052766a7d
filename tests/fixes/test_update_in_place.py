"""A name keeps its variable."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import update_in_place


def test_a_difference():
    text = """import tensorflow as tf

w, b = tf.Variable(2.0, name="w"), tf.Variable(1.0, name="b")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0) + tf.square(b - 2.0)
    dw, db = tape.gradient(loss, [w, b])
    if dw is None or db is None:
        break
    w = w - (0.1 * dw)  # descent
    b.assign_sub(0.1 * db)
"""
    assert (
        changes(text)
        == """-    w = w - (0.1 * dw)  # descent
+    w.assign_sub(0.1 * dw)  # descent
"""
    )


def test_two_at_once():
    text = """import tensorflow as tf

w, b = tf.Variable(2.0, name="w"), tf.Variable(1.0, name="b")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0) + tf.square(b - 2.0)
    dw, db = tape.gradient(loss, [w, b])
    if dw is None or db is None:
        break
    w, b = w - 0.1 * dw, b + -0.1 * db
"""
    assert (
        changes(text)
        == """-    w, b = w - 0.1 * dw, b + -0.1 * db
+    w.assign_sub(0.1 * dw)
+    b.assign_add(-0.1 * db)
"""
    )


def test_an_operator():
    text = """import tensorflow as tf

w, b = tf.Variable(2.0, name="w"), tf.Variable(1.0, name="b")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0) + tf.square(b - 2.0)
    dw, db = tape.gradient(loss, [w, b])
    if dw is None or db is None:
        break
    w -= 0.1 * dw
    b -= 0.1 * db
"""
    assert (
        changes(text)
        == """-    w -= 0.1 * dw
-    b -= 0.1 * db
+    w.assign_sub(0.1 * dw)
+    b.assign_sub(0.1 * db)
"""
    )


def test_any_other_value():
    text = """import tensorflow as tf

w, b = tf.Variable(2.0, name="w"), tf.Variable(1.0, name="b")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0) + tf.square(b - 2.0)
    dw, db = tape.gradient(loss, [w, b])
    if dw is None or db is None:
        break
    w = tf.clip_by_value(w - 0.1 * dw, 0.0, 1.0)
    b.assign_sub(0.1 * db)
"""
    assert (
        changes(text)
        == """-    w = tf.clip_by_value(w - 0.1 * dw, 0.0, 1.0)
+    w.assign(tf.clip_by_value(w - 0.1 * dw, 0.0, 1.0))
"""
    )


def test_declines_each_reads_the_other():
    text = """import tensorflow as tf

w, b = tf.Variable(2.0, name="w"), tf.Variable(1.0, name="b")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0) + tf.square(b - 2.0)
    dw, db = tape.gradient(loss, [w, b])
    if dw is None or db is None:
        break
    w, b = w - 0.1 * dw * b, b - 0.1 * db * w
"""
    assert offered(update_in_place, text) == [None] * 2


def test_declines_two_names():
    text = """import tensorflow as tf

w, b = tf.Variable(2.0, name="w"), tf.Variable(1.0, name="b")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0) + tf.square(b - 2.0)
    dw, db = tape.gradient(loss, [w, b])
    if dw is None or db is None:
        break
    w = old = w - 0.1 * dw
    b.assign_sub(0.1 * db)
    print(old)
"""
    assert offered(update_in_place, text) == [None] * 1
