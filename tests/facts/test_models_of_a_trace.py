"""Models that a loop makes, and a `tf.function` that keeps the first of them."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

DATA = """
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])


def make():
    return tf.keras.Sequential([tf.keras.Input([3]), layers.Dense(1, name="head")])


def plain_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))MARK
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))

"""

BUGS = {
    "made in every fold": """
train_step = tf.function(plain_step)
for fold in range(3):
    model, optimizer = make(), tf.keras.optimizers.SGD(0.1)
    for _ in range(2):
        train_step(x, y)
""",
    "made by a function that a loop calls": """
train_step = tf.function(plain_step, jit_compile=True)


def run(rate):
    global model, optimizer
    model = make()
    optimizer = tf.keras.optimizers.SGD(rate)
    for _ in range(2):
        train_step(x, y)


for rate in (0.1, 0.2):
    run(rate)
""",
    "made a second time": """
train_step = tf.function(plain_step)
optimizer, model = tf.keras.optimizers.SGD(0.1), make()
train_step(x, y)
model = make()
train_step(x, y)
""",
}

LOOK_ALIKES = {
    "a step of its own for each": """
for fold in range(3):
    model, optimizer = make(), tf.keras.optimizers.SGD(0.1)
    train_step = tf.function(plain_step)
    for _ in range(2):
        train_step(x, y)
""",
    "no step is traced": """
for fold in range(3):
    model, optimizer = make(), tf.keras.optimizers.SGD(0.1)
    for _ in range(2):
        plain_step(x, y)
""",
    "traced anew for another number": """
@tf.function
def train_step(x, y, fold):
    plain_step(x, y)


for fold in range(3):
    model, optimizer = make(), tf.keras.optimizers.SGD(0.1)
    for _ in range(2):
        train_step(x, y, fold)
""",
    "one of two branches": """
train_step = tf.function(plain_step)
optimizer = tf.keras.optimizers.SGD(0.1)
if tf.config.list_physical_devices("GPU"):
    model = make()
    train_step(x, y)
else:
    model = make()
    train_step(x, y)
""",
    "traced when the last one is there": """
train_step = tf.function(plain_step)
optimizer = tf.keras.optimizers.SGD(0.1)
for rate in (0.1, 0.2):
    model = make()
for _ in range(2):
    train_step(x, y)
""",
    "functions are run eagerly": """
tf.config.run_functions_eagerly(True)
train_step = tf.function(plain_step)
for fold in range(3):
    model, optimizer = make(), tf.keras.optimizers.SGD(0.1)
    train_step(x, y)
""",
    "an object of its own for each": """
class Trainer:
    def __init__(self):
        self.model, self.optimizer = make(), tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.model(x) - y))
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.model.trainable_variables))


for fold in range(3):
    trainer = Trainer()
    trainer.step(x, y)
""",
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_later_model_is_not_the_one_of_the_trace(program: str) -> None:
    check(DATA.replace("MARK", "  # error: head") + program, "GC103")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(DATA.replace("MARK", "") + program, "")
