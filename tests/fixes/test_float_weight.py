"""A weight of floating point numbers."""

from __future__ import annotations

from fixing import each_changes
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

test_changes = each_changes(MADE, on_its_own)
