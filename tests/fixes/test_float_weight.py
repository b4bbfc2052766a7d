"""A weight of floating point numbers."""

from __future__ import annotations

import pytest
from fixing import changes
from programs import on_its_own

MADE = {
    "a_number": (
        'w = tf.Variable(2, name="w")',
        ('-w = tf.Variable(2, name="w")\n+w = tf.Variable(2.0, name="w")\n'),
    ),
    "a_negative_number": (
        'w = tf.Variable(-2, name="w")',
        ('-w = tf.Variable(-2, name="w")\n+w = tf.Variable(-2.0, name="w")\n'),
    ),
    "a_type": (
        'w = tf.Variable(2, dtype=tf.int64, name="w")',
        (
            '-w = tf.Variable(2, dtype=tf.int64, name="w")\n'
            '+w = tf.Variable(2.0, dtype=tf.float32, name="w")\n'
        ),
    ),
}


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(on_its_own(body)) == made
