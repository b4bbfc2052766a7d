"""A value is used, and assigned besides."""

from __future__ import annotations

from textwrap import indent

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import assign_afterwards


def remembering(lines: str) -> str:
    """A layer with a weight `self.rate` and a variable `self.memory`, and these lines in `call`."""
    return f"""import tensorflow as tf

class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
{indent(lines, "        ")}
"""


REPAIRED = {
    "under its own name": (
        """\
memory = self.memory.assign_add(self.rate * tf.reduce_mean(x, axis=0))  # remember
return x * memory""",
        """\
-        memory = self.memory.assign_add(self.rate * tf.reduce_mean(x, axis=0))  # remember
+        memory = self.memory + self.rate * tf.reduce_mean(x, axis=0)  # remember
+        self.memory.assign(memory)
""",
    ),
    "in the middle of an expression": (
        "return x * self.memory.assign(self.memory + self.rate)",
        """\
-        return x * self.memory.assign(self.memory + self.rate)
+        new_memory = self.memory + self.rate
+        self.memory.assign(new_memory)
+        return x * new_memory
""",
    ),
}
DECLINED = {
    "with more to say": """\
memory = self.memory.assign(self.memory + self.rate, read_value=True)
return x * memory""",
    "in a branch of an expression": """\
return x * (self.memory.assign(self.memory + self.rate) if x.shape[0] else 1.0)""",
}

test_it_is_repaired = each_changes(REPAIRED, remembering)
test_it_is_declined = each_is_declined(assign_afterwards, DECLINED, remembering)
