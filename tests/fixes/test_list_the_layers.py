"""Layers in an object or a deque are listed once more where Keras looks."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import list_the_layers

HEAD = """\
from collections import deque

import tensorflow as tf


"""

REPAIRED = {
    "an_object": (
        HEAD
        + """\
class Tower:
    def __init__(self):
        self.first = tf.keras.layers.Dense(2, name="first")
        self.rest = [tf.keras.layers.Dense(2, name="second")]


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.tower = Tower()

    def call(self, x):
        return self.tower.rest[0](self.tower.first(x))
""",
        HEAD
        + """\
class Tower:
    def __init__(self):
        self.first = tf.keras.layers.Dense(2, name="first")
        self.rest = [tf.keras.layers.Dense(2, name="second")]


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.tower = Tower()
        self.tower_layers = [self.tower.first, self.tower.rest]

    def call(self, x):
        return self.tower.rest[0](self.tower.first(x))
""",
    ),
    "a_deque": (
        HEAD
        + """\
class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = deque()
        for i in range(2):
            self.blocks.append(tf.keras.layers.Dense(2, name=f"block{i}"))

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return x
""",
        HEAD
        + """\
class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = deque()
        for i in range(2):
            self.blocks.append(tf.keras.layers.Dense(2, name=f"block{i}"))
        self.block_layers = list(self.blocks)

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return x
""",
    ),
}
LEFT = {
    "a_deque_filled_later": HEAD
    + """\
class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = deque()

    def add(self):
        self.blocks.append(tf.keras.layers.Dense(2, name="block"))

    def call(self, x):
        self.add()
        for block in self.blocks:
            x = block(x)
        return x
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(list_the_layers, LEFT)
