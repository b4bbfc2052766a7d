"""Sums of losses in which every round of a loop replaces what the last one left: `total =` for `total +=`."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

MODEL = """
inputs = tf.keras.Input((4,))
hidden = layers.Dense(8, name="trunk")(inputs)
a = layers.Dense(1, name="a")(hidden)
b = layers.Dense(1, name="b")(hidden)
model = tf.keras.Model(inputs, [a, b])
optimizer = tf.keras.optimizers.Adam()
x = tf.random.normal((8, 4))
ys = [tf.zeros((8, 1)), tf.zeros((8, 1))]
"""
TWO = """
one = tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(1, name="one")])
two = tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(1, name="two")])
optimizer = tf.keras.optimizers.Adam()
x = tf.random.normal((8, 4))
variables = one.trainable_variables + two.trainable_variables
"""
HEADS = """
trunk = tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(8, name="trunk")])
heads = [tf.keras.Sequential([tf.keras.Input((8,)), layers.Dense(1)]) for _ in range(3)]
optimizer = tf.keras.optimizers.Adam()
x = tf.random.normal((8, 4))
ys = [tf.zeros((8, 1)) for _ in range(3)]
variables = trunk.trainable_variables + [v for head in heads for v in head.trainable_variables]
"""
APPLY = """
grads = tape.gradient(total, model.trainable_variables)
optimizer.apply_gradients(zip(grads, model.trainable_variables))
"""
APPLY_TWO = """
optimizer.apply_gradients(zip(tape.gradient(total, variables), variables))
"""
BUGS = {
    "heads": MODEL
    + """
with tf.GradientTape() as tape:
    outputs = model(x, training=True)
    total = 0.0
    for y, p in zip(ys, outputs):
        total = tf.reduce_mean(tf.square(y - p))  # error: a
"""
    + APPLY,
    "heads by place": MODEL
    + """
with tf.GradientTape() as tape:
    outputs = model(x, training=True)
    total = 0.0
    for i in range(2):
        total = tf.reduce_mean(tf.square(ys[i] - outputs[i]))  # error: a
"""
    + APPLY,
    "a list of heads": MODEL
    + """
with tf.GradientTape() as tape:
    total = tf.constant(0.0)
    for p in model(x, training=True):
        total = tf.reduce_mean(tf.square(p))  # error: a
"""
    + APPLY,
    "models": TWO
    + """
with tf.GradientTape() as tape:
    total = 0.0
    for m in (one, two):
        total = tf.reduce_mean(tf.square(m(x)))  # error: one
"""
    + APPLY_TWO,
    "models in a list": TWO
    + """
models = [one, two]
with tf.GradientTape() as tape:
    total = 0
    for i, m in enumerate(models):
        prediction = m(x)
        total = tf.reduce_mean(tf.square(prediction))  # error: one
"""
    + APPLY_TWO,
    "heads of a comprehension": HEADS
    + """
with tf.GradientTape() as tape:
    z = trunk(x)
    for head, y in zip(heads, ys):
        total = tf.reduce_mean(tf.square(head(z) - y))  # error: layers.Dense(1)
"""
    + APPLY_TWO,
    "never begun": TWO
    + """
with tf.GradientTape() as tape:
    for m in [one, two]:
        total = tf.reduce_mean(tf.square(m(x)))  # error: one
"""
    + APPLY_TWO,
    "a helper's dict of losses": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.heads = {name: layers.Dense(1) for name in ("depth", "edges")}

    def call(self, x):
        return {name: head(x) for name, head in self.heads.items()}


def weighted(losses):
    total = 0.0
    for name, value in losses.items():
        total = 0.5 * value  # error: heads
    return total


net, x = Net(), tf.ones((8, 4))
optimizer = tf.keras.optimizers.Adam()
with tf.GradientTape() as tape:
    losses = {name: tf.reduce_mean(output**2) for name, output in net(x).items()}
    total = weighted(losses)
variables = net.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(total, variables), variables))
""",
    "a step of a model": """
class Two(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(1)
        self.b = layers.Dense(1)

    def call(self, x):
        return self.a(x), self.b(x)

    def train_step(self, data):
        x, ys = data
        with tf.GradientTape() as tape:
            outputs = self(x, training=True)
            total = 0.0
            for y, p in zip(ys, outputs):
                total = tf.reduce_mean(tf.square(y - p))  # error: a
        grads = tape.gradient(total, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": total}
""",
}
LOOK_ALIKES = {
    "added": MODEL
    + """
with tf.GradientTape() as tape:
    outputs = model(x, training=True)
    total = 0.0
    for y, p in zip(ys, outputs):
        total += tf.reduce_mean(tf.square(y - p))
"""
    + APPLY,
    "added at length": MODEL
    + """
with tf.GradientTape() as tape:
    outputs = model(x, training=True)
    total = 0.0
    for y, p in zip(ys, outputs):
        total = total + tf.reduce_mean(tf.square(y - p))
"""
    + APPLY,
    "a tape in every round": TWO
    + """
total = 0.0
for m in (one, two):
    with tf.GradientTape() as tape:
        total = tf.reduce_mean(tf.square(m(x)))
    grads = tape.gradient(total, m.trainable_variables)
    optimizer.apply_gradients(zip(grads, m.trainable_variables))
print(total)
""",
    "what the rounds hand on": TWO
    + """
with tf.GradientTape() as tape:
    total, state = 0.0, x
    for m in (one, two):
        state = state * m(state)
        total = tf.reduce_mean(tf.square(state))
"""
    + APPLY_TWO,
    "the first that fits": TWO
    + """
with tf.GradientTape() as tape:
    total = 0.0
    for m in (one, two):
        total = tf.reduce_mean(tf.square(m(x)))
        if tf.reduce_sum(x) > 0.0:
            break
"""
    + APPLY_TWO,
    "one head many times": HEADS
    + """
heads = heads[:1] * 3
"""
    + """
with tf.GradientTape() as tape:
    for head in heads:
        total = tf.reduce_mean(tf.square(head(trunk(x))))
"""
    + APPLY_TWO,
    "features of one encoder": HEADS
    + """
with tf.GradientTape() as tape:
    features = [trunk(x) for _ in range(3)]
    for feature in features:
        total = tf.reduce_mean(tf.square(feature))
"""
    + APPLY_TWO.replace("variables", "trunk.trainable_variables"),
    "a helper's sum of a dict": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.heads = {name: layers.Dense(1) for name in ("depth", "edges")}

    def call(self, x):
        return {name: head(x) for name, head in self.heads.items()}


def weighted(losses):
    total = 0.0
    for name, value in losses.items():
        total += 0.5 * value
    return total


net, x = Net(), tf.ones((8, 4))
optimizer = tf.keras.optimizers.Adam()
with tf.GradientTape() as tape:
    total = weighted({name: tf.reduce_mean(output**2) for name, output in net(x).items()})
variables = net.trainable_variables
optimizer.apply_gradients(zip(tape.gradient(total, variables), variables))
""",
    "kept in a list, too": HEADS
    + """
with tf.GradientTape() as tape:
    kept = []
    for head in heads:
        out = head(trunk(x))
        kept.append(out)
        last = tf.reduce_mean(tf.square(out))
    total = last + tf.add_n([tf.reduce_sum(one) for one in kept])
"""
    + APPLY_TWO,
    "a gradient in every round": HEADS
    + """
for head in heads:
    with tf.GradientTape() as tape:
        total = tf.reduce_mean(tf.square(head(trunk(x))))
    own = head.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(total, own), own))
""",
    "shown every round": TWO
    + """
with tf.GradientTape() as tape:
    total, sum_ = 0.0, 0.0
    for m in (one, two):
        total = tf.reduce_mean(tf.square(m(x)))
        sum_ += total
    total = sum_
"""
    + APPLY_TWO,
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_only_the_last_round_counts(program: str) -> None:
    check(program, "GC503")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")
