"""What goes along one entry goes along the batch."""

from __future__ import annotations

import pytest
from fixing import made_at

from gradcheck.fix.fixes import over_the_batch

TEXT = """import tensorflow as tf


def partial_likelihood(event, risk):
    at_risk = {}
    return tf.reduce_sum((at_risk - risk) * event)
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tf.math.cumulative_logsumexp(risk, axis=-1)", "tf.math.cumulative_logsumexp(risk, axis=0)"),
        ("tf.math.reduce_logsumexp(risk, 1, True)", "tf.math.reduce_logsumexp(risk, 0, True)"),
        (
            "tf.reduce_mean(risk, axis=1, keepdims=True)",
            "tf.reduce_mean(risk, axis=0, keepdims=True)",
        ),
    ],
)
def test_the_axis_becomes_the_first(old: str, new: str) -> None:
    assert made_at(over_the_batch, TEXT.format(old), "at_risk - risk") == TEXT.format(new)


@pytest.mark.parametrize(
    "line",
    [
        "tf.math.cumulative_logsumexp(risk, axis=0)",
        "tf.reduce_sum(tf.exp(risk))",
        "tf.reduce_max(risk, axis=1) + tf.reduce_min(risk) + tf.reduce_sum(risk, axis=-1)",
    ],
)
def test_others_stay(line: str) -> None:
    assert made_at(over_the_batch, TEXT.format(line), "at_risk - risk") is None
