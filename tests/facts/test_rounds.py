"""What one round of a loop leaves to the next, or takes from it: flags, lists, tapes and losses."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

HEAD = """
one = tf.keras.Sequential([layers.Input([3]), layers.Dense(3, name="one")])
two = tf.keras.Sequential([layers.Input([3]), layers.Dense(3, name="two")])
members = [one, two]
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])

def judge(model):
    model.trainable = False{frozen}
    return tf.reduce_mean(model(x))

def restore(model):
    judge(model)
    model.trainable = True

def step(model):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x)))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
"""

BUGS = {
    "frozen after the first round": (
        "GC602",
        """
for _ in range(3):
    step(one)
    judge(one)
""",
    ),
    "a list that each round replaces": (
        "GC405",
        """
variables = []
for member in members:
    variables = member.trainable_variables  # warning: one, two
with tf.GradientTape() as tape:
    loss = tf.add_n([tf.reduce_mean(member(x)) for member in members])
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    ),
    "a tape for each task, the last one asked": (
        "GC401",
        """
total = 0.0
for task in (x, 2.0 * x):
    with tf.GradientTape() as tape:
        total += tf.reduce_mean(one(task))
gradients = tape.gradient(total, one.trainable_variables)  # warning: one
""",
    ),
    "a term that another one overwrites": (
        "GC503",
        """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(one(x))
    loss = tf.reduce_mean(two(x))  # error: one
gradients = tape.gradient(loss, one.trainable_variables + two.trainable_variables)
""",
    ),
}

LOOK_ALIKES = {
    "restored in every round": """
for _ in range(3):
    step(one)
    restore(one)
""",
    "switched on before every step": """
for _ in range(3):
    one.trainable = True
    step(one)
    judge(one)
""",
    "frozen once the loop is over": """
for _ in range(3):
    step(one)
judge(one)
""",
    "frozen in the last round": """
for number in range(3):
    step(one)
    if number == 2:
        judge(one)
""",
    "a model of its own for every round": """
for _ in range(3):
    fresh = tf.keras.Sequential([layers.Input([3]), layers.Dense(3)])
    step(fresh)
    fresh.trainable = False
""",
    "a list that grows": """
variables = []
for member in members:
    variables += member.trainable_variables
with tf.GradientTape() as tape:
    loss = tf.add_n([tf.reduce_mean(member(x)) for member in members])
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "a list that is used in its own round": """
variables = []
for member in members:
    variables = member.trainable_variables
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(member(x))
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "a list that is searched for": """
variables = []
for member in members:
    if member.name == "two":
        variables = member.trainable_variables
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(two(x))
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "one tape around all tasks": """
total = 0.0
with tf.GradientTape() as tape:
    for task in (x, 2.0 * x):
        total += tf.reduce_mean(one(task))
gradients = tape.gradient(total, one.trainable_variables)
""",
    "the last loss alone": """
running = 0.0
for task in (x, 2.0 * x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(one(task))
    running += float(loss)
gradients = tape.gradient(loss, one.trainable_variables)
""",
    "a name that is used again after it was read": """
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(one(x))
    kept = loss
    loss = tf.reduce_mean(two(x))
    total = kept + loss
gradients = tape.gradient(total, one.trainable_variables + two.trainable_variables)
""",
}


@pytest.mark.parametrize(("rule", "program"), BUGS.values(), ids=BUGS)
def test_lost_between_rounds(rule: str, program: str) -> None:
    frozen = "  # error: one" if rule == "GC602" else ""
    check(HEAD.replace("{frozen}", frozen) + program, rule)


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(HEAD.replace("{frozen}", "") + program, "")
