"""The old one of two values is stopped."""

from __future__ import annotations

import pytest
from fixing import changes

TEXT = """import tensorflow as tf

net = tf.keras.layers.Dense(1, name="net")
x = tf.random.normal([8, 3])
net(x)
with tf.GradientTape() as tape:
    {first} = tf.reduce_sum(net(x), axis=1)
    {second} = tf.reduce_sum(net(x), axis=1)
    loss = tf.reduce_mean(tf.exp({first} - {second}))
gradients = tape.gradient(loss, net.trainable_variables)
"""


@pytest.mark.parametrize(
    ("first", "second", "after"),
    [
        ("new", "old_value", "new - tf.stop_gradient(old_value)"),
        ("prev", "now", "tf.stop_gradient(prev) - now"),
    ],
)
def test_by_its_name(first: str, second: str, after: str) -> None:
    line = f"    loss = tf.reduce_mean(tf.exp({first} - {second}))\n"
    assert changes(TEXT.format(first=first, second=second)) == (
        f"-{line}+{line.replace(f'{first} - {second}', after)}"
    )


@pytest.mark.parametrize(("first", "second"), [("one", "other"), ("old_one", "old_other"), ("gold", "bold")])
def test_not_where_no_name_tells(first: str, second: str) -> None:
    assert changes(TEXT.format(first=first, second=second)) == ""
