"""A mask that leaves nothing is turned round."""

from __future__ import annotations

import pytest
from fixing import made_at

from gradcheck.fix.fixes import turn_the_mask

TEXT = """import tensorflow as tf


def masked(y_true, y_pred):
    mask = {}
    return tf.reduce_sum(mask * tf.square(y_true - y_pred))
"""
PRODUCT = "mask * tf.square(y_true - y_pred)"


@pytest.mark.parametrize(
    ("mask", "turned"),
    [
        ("tf.cast(tf.equal(y_true, 0.0), tf.float32)", "tf.cast(tf.not_equal(y_true, 0.0), tf.float32)"),
        ("tf.cast(tf.math.not_equal(y_true, 0), y_pred.dtype)", "tf.cast(tf.equal(y_true, 0), y_pred.dtype)"),
        ("tf.cast(y_true == 0, tf.float32)", "tf.cast(y_true != 0, tf.float32)"),
        ("tf.cast(y_true != -1, tf.float32)", "tf.cast(y_true == -1, tf.float32)"),
    ],
)
def test_the_comparison_asks_for_the_opposite(mask: str, turned: str) -> None:
    made = made_at(turn_the_mask, TEXT.format(mask), PRODUCT)
    assert made == TEXT.format(turned).replace("tf.equal(y_true, 0), y", "tf.math.equal(y_true, 0), y")


@pytest.mark.parametrize(
    "mask",
    [
        "tf.cast(y_true > 0, tf.float32)",
        "tf.cast((y_true == 0) & (y_pred != 0), tf.float32)",
        "tf.sequence_mask(y_true)",
    ],
)
def test_other_masks_stay(mask: str) -> None:
    assert made_at(turn_the_mask, TEXT.format(mask), PRODUCT) is None
