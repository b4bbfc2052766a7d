"""A mask is multiplied by a number that is finite."""

from __future__ import annotations

import pytest
from fixing import changes

CONTRAST = """import numpy as np
import tensorflow as tf

encoder = tf.keras.layers.Dense(4)
optimizer = tf.keras.optimizers.SGD(0.1)


def contrast(first, second):
    logits = tf.matmul(first, second, transpose_b=True)
    logits = logits {masked}
    return tf.reduce_mean(tf.reduce_logsumexp(logits, axis=1))


for _ in range(2):
    with tf.GradientTape() as tape:
        loss = contrast(encoder(tf.random.normal([4, 3])), encoder(tf.random.normal([4, 3])))
    gradients = tape.gradient(loss, encoder.trainable_variables)
    optimizer.apply_gradients(zip(gradients, encoder.trainable_variables))
"""


@pytest.mark.parametrize(
    ("masked", "repaired"),
    [
        ("- tf.eye(4) * np.inf", "- tf.eye(4) * 1e9"),
        ("+ tf.eye(4) * -np.inf", "+ tf.eye(4) * -1e9"),
        ("- np.inf * tf.eye(4)", "- 1e9 * tf.eye(4)"),
        ('+ tf.eye(4) * float("-inf")', "+ tf.eye(4) * -1e9"),
    ],
)
def test_infinity_becomes_a_large_number(masked: str, repaired: str) -> None:
    made = f"-    logits = logits {masked}\n+    logits = logits {repaired}\n"
    assert changes(CONTRAST.format(masked=masked)) == made
