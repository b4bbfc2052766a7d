"""A layer is stored in a dictionary by assignment, which Keras sees."""

from __future__ import annotations

import pytest
from fixing import OPTIONS, repaired

from gradcheck.fixes import keep_new_entries
from gradcheck.lint import lint_text
from gradcheck.rewrite.tree import Tree

HEAD = """\
import tensorflow as tf


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "returned": (
        HEAD
        + """\
    def __init__(self):
        super().__init__()
        self.heads = {}

    def head(self, task):
        # made on demand
        return self.heads.setdefault(task, tf.keras.layers.Dense(2, name="head"))

    def call(self, x):
        return self.head("age")(x)
""",
        HEAD
        + """\
    def __init__(self):
        super().__init__()
        self.heads = {}

    def head(self, task):
        # made on demand
        if task not in self.heads:
            self.heads[task] = tf.keras.layers.Dense(2, name="head")
        return self.heads[task]

    def call(self, x):
        return self.head("age")(x)
""",
    ),
    "alone": (
        HEAD
        + """\
    def __init__(self):
        super().__init__()
        self.heads = {}
        self.heads.setdefault("age", tf.keras.layers.Dense(2, name="head"))

    def call(self, x):
        return self.heads["age"](x)
""",
        HEAD
        + """\
    def __init__(self):
        super().__init__()
        self.heads = {}
        if "age" not in self.heads:
            self.heads["age"] = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        return self.heads["age"](x)
""",
    ),
}
LEFT = {
    "a_key_that_is_computed": HEAD
    + """\
    def __init__(self):
        super().__init__()
        self.heads = {}

    def call(self, x):
        return self.heads.setdefault(str(len(self.heads)), tf.keras.layers.Dense(2, name="head"))(x)
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
    assert [keep_new_entries.mend(Tree(text), finding) for finding in findings] == [None] * len(findings)
