"""Nothing by zero is zero."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_call

from gradcheck.fix.fixes import divide_no_nan

MADE = {
    "a_mask_of_the_result": (
        ("h = x * self.w\nr = x @ tf.eye(3) / h\nreturn tf.where(tf.math.is_nan(r), 0.0, r)"),
        ("-        r = x @ tf.eye(3) / h\n+        r = tf.math.divide_no_nan(x @ tf.eye(3), h)\n"),
    ),
}

DECLINED = {
    "a_logarithm": ("h = x * self.w\nr = tf.math.log(h)\nreturn tf.where(tf.math.is_nan(r), 0.0, r)"),
}

test_changes = each_changes(MADE, in_call)
test_declines = each_is_declined(divide_no_nan, DECLINED, in_call)
