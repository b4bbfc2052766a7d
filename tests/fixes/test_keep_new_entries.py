"""A layer is stored in a dictionary by assignment, which Keras sees."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import keep_new_entries

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

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(keep_new_entries, LEFT)
