"""A loop goes through all rounds before it returns."""

from __future__ import annotations

from textwrap import indent

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import return_behind_the_loop

TEXT = """import tensorflow as tf


class Stack(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.blocks = [tf.keras.layers.Dense(3, activation="tanh") for _ in range(2)]

    def build(self, shape):
        for block in self.blocks:
            block.build(shape)

    def call(self, x):
{}
"""
MADE = {
    "one_result": (
        "for layer in self.blocks:\n    x = layer(x)\n    return x",
        "-            return x\n+        return x\n",
    ),
    "of_what_it_reads": (
        "y = x\nfor layer in self.blocks:\n    y = layer(y)\n    # done\n    return x + y",
        "-            # done\n-            return x + y\n+        # done\n+        return x + y\n",
    ),
}
DECLINED = {
    "it_calls_the_layer": "for layer in self.blocks:\n    return layer(x)",
    "something_follows": ("for layer in self.blocks:\n    x = layer(x)\n    return x\nraise ValueError(x)"),
    "the_loop_variable": ("for i, layer in enumerate(self.blocks):\n    x = layer(x)\n    return x + i"),
}


def _program(lines: str) -> str:
    return TEXT.format(indent(lines, " " * 8))


test_changes = each_changes(MADE, _program)
test_declines = each_is_declined(return_behind_the_loop, DECLINED, _program)
