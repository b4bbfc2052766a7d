"""A value times its own logarithm."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_call

from gradcheck.fix.fixes import xlogy

MADE = {
    "an_entropy": (
        ("p = tf.nn.relu(x * self.w)\nreturn -p * tf.math.log(p)"),
        ("-        return -p * tf.math.log(p)\n+        return -tf.math.xlogy(p, p)\n"),
    ),
    "turned_round": (
        ("p = tf.nn.relu(x * self.w)\nreturn tf.math.log(p) * p"),
        ("-        return tf.math.log(p) * p\n+        return tf.math.xlogy(p, p)\n"),
    ),
}

DECLINED = {
    "of_something_else": ("p = tf.nn.relu(x * self.w)\nreturn x * tf.math.log(p)"),
}

test_changes = each_changes(MADE, in_call)
test_declines = each_is_declined(xlogy, DECLINED, in_call)
