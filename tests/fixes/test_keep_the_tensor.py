"""The tensor stays one."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import on_tape

from gradcheck.fix.fixes import keep_the_tensor

MADE = {
    "a_float": (
        "loss = tf.reduce_sum(x * float(w))",
        ("-        loss = tf.reduce_sum(x * float(w))\n+        loss = tf.reduce_sum(x * w)\n"),
    ),
    "a_sum": (
        ("s = float(w + 1.0) * 2.0\nloss = tf.reduce_sum(s * x)"),
        ("-        s = float(w + 1.0) * 2.0\n+        s = (w + 1.0) * 2.0\n"),
    ),
    "a_function_of_math": (
        "loss = tf.reduce_sum(x * math.exp(-w))",
        ("-        loss = tf.reduce_sum(x * math.exp(-w))\n+        loss = tf.reduce_sum(x * tf.exp(-w))\n"),
    ),
}

DECLINED = {
    "a_whole_number": ("n = int(w)\nloss = tf.reduce_sum(n * x)"),
}

test_changes = each_changes(MADE, on_tape)
test_declines = each_is_declined(keep_the_tensor, DECLINED, on_tape)
