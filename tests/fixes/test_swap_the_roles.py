"""Two models get the places that have their names."""

from __future__ import annotations

import pytest
from fixing import changes, each_changes


def program(lines: str) -> str:
    """A class that trains its student, with what is kept and how it is made."""
    kept, _, made = lines.partition("; ")
    return f"""import tensorflow as tf


class Distiller:
    def __init__(self, student, teacher, rate=1.0):
        self.rate = rate
        {kept.partition(", ")[0]}
        {kept.partition(", ")[2]}
        self.scale = tf.Variable(1.0, name="scale")

    def gradients(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.student(x) - self.scale * self.teacher(x)))
        return tape.gradient(loss, [self.scale, *self.student.trainable_variables])


student = tf.keras.layers.Dense(3, name="small")
teacher = tf.keras.layers.Rescaling(2.0)
{made}.gradients(tf.random.normal([8, 3]))
"""


RIGHT = "self.student = student, self.teacher = teacher; "
REPAIRED = {
    "by_position": (
        RIGHT + "Distiller(teacher, student)",
        """-Distiller(teacher, student).gradients(tf.random.normal([8, 3]))
+Distiller(student, teacher).gradients(tf.random.normal([8, 3]))
""",
    ),
    "by_name": (
        RIGHT + "Distiller(rate=2.0, teacher=student, student=teacher)",
        """-Distiller(rate=2.0, teacher=student, student=teacher).gradients(tf.random.normal([8, 3]))
+Distiller(rate=2.0, teacher=teacher, student=student).gradients(tf.random.normal([8, 3]))
""",
    ),
    "in_the_constructor": (
        "self.student = teacher, self.teacher = student; Distiller(student, teacher)",
        """-        self.student = teacher
-        self.teacher = student
+        self.student = student
+        self.teacher = teacher
""",
    ),
}
LEFT = {
    "kept_twice": "self.student = teacher, self.teacher = self.other = student; Distiller(student, teacher)",
}

test_each_gets_its_place = each_changes(REPAIRED, program)


@pytest.mark.parametrize("lines", LEFT.values(), ids=[*LEFT])
def test_it_is_left(lines: str) -> None:
    assert changes(program(lines)) == ""
