"""Outputs that no loss depends on, and what looks like them."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

MODEL = """
x, y = tf.ones([8, 3]), tf.zeros([8, 1])
optimizer = tf.keras.optimizers.SGD(0.1)
inputs = layers.Input([3])
trunk = layers.Dense(4, name="trunk")(inputs)
cost = layers.Dense(1, name="cost")(trunk)
fraud = layers.Dense(1, name="fraud")(layers.Dense(4, name="hidden")(trunk))
"""
DICT = MODEL + 'model = tf.keras.Model(inputs, {"cost": cost, "fraud": fraud})\n'
LIST = MODEL + "model = tf.keras.Model(inputs, [cost, fraud])\n"

BUGS = {
    "None in a dict of losses": DICT
    + """
model.compile(
    "sgd",
    loss={
        "cost": "mse",
        "fraud": None,  # error: hidden, fraud
    },
)
""",
    "a key that is missing": DICT
    + """
model.compile("sgd", loss={"cost": "mse"})  # error: hidden, fraud
""",
    "None in a list of losses": LIST
    + """
model.compile("sgd", ["mse", None])  # error: hidden, fraud
""",
    "losses by the names of the layers": LIST
    + """
model.compile("sgd", loss={"cost": "mse", "fraud": None})  # error: hidden, fraud
""",
    "a name that is missing, where Keras 3 raises": LIST
    + """
model.compile("sgd", loss={"cost": "mse"})  # error[keras2]: hidden, fraud
""",
    "a loop whose loss leaves out a term": LIST
    + """
for _ in range(2):
    with tf.GradientTape() as tape:
        first, second = model(x)
        first_loss = tf.reduce_mean(tf.square(first - y))
        second_loss = tf.reduce_mean(tf.square(second - y))  # error: hidden, fraud
        loss = first_loss
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
""",
    "a loop that never looks at an output": DICT
    + """
for _ in range(2):
    with tf.GradientTape() as tape:
        outputs = model(x)  # error: hidden, fraud
        loss = tf.reduce_mean(tf.square(outputs["cost"] - y))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
""",
}

LOOK_ALIKES = {
    "one loss for all": DICT + 'model.compile("sgd", "mse")\n',
    "a loss each": LIST + 'model.compile("sgd", {"cost": "mse", "fraud": "mae"})\n',
    "an output that only shows what another is computed from": MODEL.rpartition("fraud = ")[0]
    + """
model = tf.keras.Model(inputs, [trunk, cost])
model.compile("sgd", [None, "mse"])
""",
    "an output whose loss is added": LIST
    + """
model.add_loss(tf.reduce_mean(fraud))
model.compile("sgd", ["mse", None])
""",
    "losses that are not written out": LIST
    + """
def train(losses):
    model.compile("sgd", losses)
""",
    "a frozen head": MODEL.rpartition("fraud = ")[0]
    + """
extra = layers.Dense(1, trainable=False)(trunk)
model = tf.keras.Model(inputs, [cost, extra])
model.compile("sgd", ["mse", None])
""",
    "each output has a loop of its own": LIST
    + """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(x)[0])
first = tape.gradient(loss, model.trainable_variables)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(model(x)[1])
second = tape.gradient(loss, model.trainable_variables)
optimizer.apply_gradients(zip(first, model.trainable_variables))
optimizer.apply_gradients(zip(second, model.trainable_variables))
""",
    "the loss is somebody else's": LIST
    + """
def step(loss_of):
    with tf.GradientTape() as tape:
        first, second = model(x)
        loss = loss_of(first, second)
    return tape.gradient(loss, model.trainable_variables)
""",
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_output_is_not_in_the_loss(program: str) -> None:
    check(program, "GC504")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")
