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
REPAIRED["with_the_call_of_the_model_before_it"] = (
    """\
import tensorflow as tf

net = tf.keras.layers.Dense(1)
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
guess = net(x)
error = guess - 1.0
cost = tf.reduce_mean(tf.square(error))


def objective():
    return cost


with tf.GradientTape() as tape:
    loss = objective()
gradients = tape.gradient(loss, net.trainable_variables)
""",
    """\
import tensorflow as tf

net = tf.keras.layers.Dense(1)
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])


def objective():
    guess = net(x)
    error = guess - 1.0
    cost = tf.reduce_mean(tf.square(error))
    return cost


with tf.GradientTape() as tape:
    loss = objective()
gradients = tape.gradient(loss, net.trainable_variables)
""",
)
LEFT = {
    "nothing_runs_later": """\
import tensorflow as tf

x = tf.random.uniform([4, 1])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    u = tf.tanh(x)
slope = tape.gradient(u, x)
bend = tape.gradient(slope, x)
""",
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
