"""Generators run where their items are taken, under the tapes of that place."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

HEAD = """
net = tf.keras.Sequential([layers.Input([3]), layers.Dense(2, name="net")])
batches = [tf.random.normal([4, 3]) for _ in range(3)]

def outputs(items):
    for item in items:
        yield net(item)

def backwards(items):
    if len(items) > 1:
        yield from backwards(items[1:])
    yield net(items[0])
"""
STEP = """
with tf.GradientTape() as tape:
    loss = {loss}
gradients = tape.gradient(loss, net.trainable_variables)
"""

BUGS = {
    "starred into a list": ("found = [*outputs(batches)]  # error: net", "tf.add_n(found)"),
    "summed": ("found = sum(net(x) for x in batches)  # error: net", "2.0 * found"),
    "a tuple of a generator": ("found = tuple(net(x) for x in batches)  # error: net", "tf.add_n(found)"),
    "the next of a map": ("found = next(map(net, batches))  # error: net", "tf.reduce_sum(found)"),
    "the source of a generator": ("found = (x for x in net(batches[0]))  # error: net", "tf.add_n(found)"),
}
LOOK_ALIKES = {
    "a generator expression": ("found = (net(x) for x in batches)", "sum(tf.reduce_sum(x) for x in found)"),
    "a map": ("found = map(net, batches)", "tf.add_n(list(found))"),
    "a filtered map": ("found = filter(None, map(net, batches))", "tf.add_n(list(found))"),
    "a zip": (
        "found = zip(outputs(batches), batches)",
        "tf.add_n([net(x) * tf.reduce_sum(y) for y, x in found])",
    ),
    "an enumeration": ("found = enumerate(outputs(batches))", "tf.add_n([x for _, x in found])"),
    "a generator that hands on to itself": ("found = backwards(batches)", "tf.add_n(list(found))"),
}


@pytest.mark.parametrize(("line", "loss"), BUGS.values(), ids=BUGS)
def test_items_taken_before_the_tape(line: str, loss: str) -> None:
    check(HEAD + line + STEP.format(loss=loss), "GC401")


@pytest.mark.parametrize(("line", "loss"), LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_items_taken_inside_the_tape(line: str, loss: str) -> None:
    check(HEAD + line + STEP.format(loss=loss), "")


def test_a_generator_nobody_takes_from_is_followed_too() -> None:
    check(
        """
def train(batches):
    net = layers.Dense(2, name="net")
    for x in batches:
        found = net(x)  # error: net
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(found)
        yield tape.gradient(loss, net.trainable_variables)
""",
        "GC401",
    )
