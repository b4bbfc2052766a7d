"""The tape that is asked twice is opened to answer twice."""

from __future__ import annotations

from fixing import changes


def test_one_of_two_tapes_told_otherwise():
    text = """import tensorflow as tf

actor, critic = tf.Variable(1.0, name="actor"), tf.Variable(2.0, name="critic")
with tf.GradientTape() as a, tf.GradientTape(persistent=False) as b:
    value = actor * critic
actor.assign_sub(b.gradient(value, actor))
critic.assign_sub(b.gradient(value, critic))
"""
    assert (
        changes(text)
        == """-with tf.GradientTape() as a, tf.GradientTape(persistent=False) as b:
+with tf.GradientTape() as a, tf.GradientTape(persistent=True) as b:
"""
    )


def test_beside_other_options():
    text = """import tensorflow as tf

actor, critic = tf.Variable(1.0, name="actor"), tf.Variable(2.0, name="critic")
with tf.GradientTape(watch_accessed_variables=True) as tape:
    value = actor * critic
actor.assign_sub(tape.gradient(value, actor))
critic.assign_sub(tape.gradient(value, critic))
"""
    assert (
        changes(text)
        == """-with tf.GradientTape(watch_accessed_variables=True) as tape:
+with tf.GradientTape(watch_accessed_variables=True, persistent=True) as tape:
"""
    )
