"""What is computed once moves to the one block that reads it."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import recompute_in_the_tape


def scaled(lines: str) -> str:
    """A program with a variable `gain`, by which `scaled` multiplies."""
    return f"""import tensorflow as tf

gain = tf.Variable([2.0, 3.0], name="gain")
x, y = tf.random.normal([8, 2]), tf.random.normal([8, 2])


def scaled(values):
    return values * gain


errors = scaled(x) - y
{lines}
"""


REPAIRED = {
    "a chain that starts with a call": (
        """\
squares = tf.square(errors)

for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(squares)
    gradient = tape.gradient(loss, gain)""",
        """\
-
-errors = scaled(x) - y
-squares = tf.square(errors)
-
+        errors = scaled(x) - y
+        squares = tf.square(errors)
""",
    ),
}
DECLINED = {
    "read behind the loop too": """\
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(errors))
    gradient = tape.gradient(loss, gain)
print(errors)""",
    "what it reads changes on the way": """\
x = x + 1.0
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(errors) + x)
    gradient = tape.gradient(loss, gain)""",
}

test_it_is_repaired = each_changes(REPAIRED, scaled)
test_it_is_declined = each_is_declined(recompute_in_the_tape, DECLINED, scaled)
