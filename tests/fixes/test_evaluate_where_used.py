"""What a module or function computes once from a weight is computed again where it is used."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import evaluate_where_used

HEAD = """\
import tensorflow as tf

raw = tf.Variable(0.5, name="raw")
"""

REPAIRED = {
    "in_a_function": (
        HEAD
        + """\
scale = tf.nn.softplus(raw)  # positive
half = scale / 2.0


def predict(x):
    \"\"\"Linear.\"\"\"
    return x * half + scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
        HEAD
        + """\


def predict(x):
    \"\"\"Linear.\"\"\"
    scale = tf.nn.softplus(raw)  # positive
    half = scale / 2.0
    return x * half + scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    ),
    "in_a_tape": (
        HEAD
        + """\
scale = tf.nn.softplus(raw)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(scale - 3.0)
    gradient = tape.gradient(loss, raw)
    if gradient is not None:
        raw.assign_sub(gradient)
print(float(scale))
""",
        HEAD
        + """\
for _ in range(2):
    with tf.GradientTape() as tape:
        scale = tf.nn.softplus(raw)
        loss = tf.square(scale - 3.0)
    gradient = tape.gradient(loss, raw)
    if gradient is not None:
        raw.assign_sub(gradient)
print(float(scale))
""",
    ),
    "still_printed": (
        HEAD
        + """\
scale = tf.nn.softplus(raw)
print("at first", float(scale))


def predict(x):
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
        HEAD
        + """\
scale = tf.nn.softplus(raw)
print("at first", float(scale))


def predict(x):
    scale = tf.nn.softplus(raw)
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    ),
}
LEFT = {
    "bound_twice": HEAD
    + """\
scale = tf.nn.softplus(raw)
scale = scale + 1.0


def predict(x):
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    "a_random_draw": HEAD
    + """\
scale = raw + tf.random.normal([])


def predict(x):
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    "changed_by_a_function": HEAD
    + """\
scale = tf.nn.softplus(raw)


def predict(x):
    global scale
    scale = scale * 1.0
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(evaluate_where_used, LEFT)
