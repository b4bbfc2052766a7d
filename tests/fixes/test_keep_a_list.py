"""Layers in an iterator are kept in a list."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import keep_a_list


def model(kept: str) -> str:
    """A model whose `self.blocks` this is, gone through in `call`."""
    return f"""\
from collections import deque

import tensorflow as tf


def make(place):
    return tf.keras.layers.Dense(3)


class Stack(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(2)
        self.blocks = {kept}

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


stack = Stack()
stack.compile("sgd", "mse")
stack.fit(tf.ones([8, 3]), tf.zeros([8, 2]))
"""


def changed(old: str, new: str) -> tuple[str, str]:
    """A row: what is kept, and how its line changes."""
    return old, f"-        self.blocks = {old}\n+        self.blocks = {new}\n"


MADE = {
    "a_generator": changed("(make(place) for place in range(2))", "[make(place) for place in range(2)]"),
    "map": changed("map(make, range(2))", "list(map(make, range(2)))"),
    "filter": changed("filter(None, [make(0), make(1)])", "list(filter(None, [make(0), make(1)]))"),
    "reversed": changed("reversed([make(0), make(1)])", "list(reversed([make(0), make(1)]))"),
    "iter": changed("iter([make(0), make(1)])", "list(iter([make(0), make(1)]))"),
}
DECLINED = {"a_deque": "deque([make(0), make(1)])"}

test_changes = each_changes(MADE, model)
test_declines = each_is_declined(keep_a_list, DECLINED, model)
