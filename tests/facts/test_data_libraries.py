"""What a library of options, paths or tables gives holds no weight: it hides no fault, and makes none."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

MODEL = """
import argparse
import json
import random
from dataclasses import dataclass


@dataclass
class Config:
    alpha: float = 0.5


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.used = layers.Dense(3, name="used")
        self.spare = layers.Dense(3, name="spare")

    def call(self, x):
        return self.used(x), self.spare(x)


def step(net, x, alpha):
    with tf.GradientTape() as tape:
        one, other = net(x){mark}
        loss = alpha * tf.reduce_mean(one)
    grads = tape.gradient(loss, net.trainable_variables)
    tf.keras.optimizers.SGD(0.1).apply_gradients(zip(grads, net.trainable_variables))


net = Net()
"""
SOURCES = {
    "options": """
parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float, default=0.5)
step(net, tf.ones((2, 3)), parser.parse_args().alpha)
""",
    "a file": """
with open("config.json") as stream:
    config = json.load(stream)
step(net, tf.ones((2, 3)), config["alpha"])
""",
    "a config made of options": """
args = argparse.ArgumentParser().parse_args()
step(net, tf.ones((2, 3)), Config(alpha=args.alpha).alpha)
""",
    "a number that is drawn": """
step(net, tf.ones((2, 3)), random.random())
""",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_fault_is_seen_behind_it(source: str) -> None:
    check(MODEL.format(mark="  # error: spare") + source, "GC504")


def test_a_layer_that_is_drawn_from_a_list_may_be_any() -> None:
    check(
        """
import random


class Net(layers.Layer):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(3)
        self.second = layers.Dense(3)

    def call(self, x):
        return random.choice([self.first, self.second])(x)
""",
        "",
    )
