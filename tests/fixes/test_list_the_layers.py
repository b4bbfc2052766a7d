"""Layers in an object or a deque are listed once more where Keras looks."""

from __future__ import annotations

import pytest
from fixing import OPTIONS, repaired

from gradcheck.fixes import list_the_layers
from gradcheck.lint import lint_text
from gradcheck.rewrite.tree import Tree

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


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(*pair, id=name) for name, pair in REPAIRED.items()]
)
def test_it_is_repaired(before: str, after: str) -> None:
    assert repaired(before).text == after


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in LEFT.items()])
def test_it_is_left(text: str) -> None:
    findings, _ = lint_text("example.py", text, OPTIONS)
    assert [list_the_layers.mend(Tree(text), finding) for finding in findings] == [None] * len(findings)
