"""A parameter's default that reads a weight is computed in the function."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import evaluate_default_in_body

HEAD = """\
import tensorflow as tf

raw = tf.Variable(0.5, name="raw")


"""

REPAIRED = {
    "plain": (
        HEAD
        + """\
def predict(x, scale=tf.exp(raw)):
    \"\"\"Linear.\"\"\"
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
        HEAD
        + """\
def predict(x, scale=None):
    \"\"\"Linear.\"\"\"
    if scale is None:
        scale = tf.exp(raw)
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    ),
    "keyword_only": (
        HEAD
        + """\
def predict(x, *, scale=tf.exp(raw), shift=0.0):
    return x * scale + shift


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
        HEAD
        + """\
def predict(x, *, scale=None, shift=0.0):
    if scale is None:
        scale = tf.exp(raw)
    return x * scale + shift


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    ),
}
LEFT = {
    "a_random_draw": HEAD
    + """\
def predict(x, scale=tf.exp(raw) * tf.random.normal([])):
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    "annotated": HEAD
    + """\
def predict(x, scale: tf.Tensor = tf.exp(raw)):
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(evaluate_default_in_body, LEFT)
