"""What `write` returns is kept."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import keep_the_write


def test_in_a_loop():
    text = """import tensorflow as tf

decay = tf.Variable(0.5, name="decay")


@tf.function
def step(x):
    with tf.GradientTape() as tape:
        states = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
        for t in tf.range(3):
            states.write(t, decay * x[t])  # collect
        loss = tf.reduce_sum(states.stack())
    return tape.gradient(loss, decay)


step(tf.constant([1.0, 2.0, 3.0]))
"""
    assert (
        changes(text)
        == """-            states.write(t, decay * x[t])  # collect
+            states = states.write(t, decay * x[t])  # collect
"""
    )


def test_declines_in_a_function_of_its_own():
    text = """import tensorflow as tf

decay = tf.Variable(0.5, name="decay")


@tf.function
def step(x):
    with tf.GradientTape() as tape:
        states = tf.TensorArray(tf.float32, size=3)

        def put(t):
            states.write(t, decay * x[t])

        for t in range(3):
            put(t)
        loss = tf.reduce_sum(states.stack())
    return tape.gradient(loss, decay)


step(tf.constant([1.0, 2.0, 3.0]))
"""
    assert offered(keep_the_write, text) == [None] * 1
