"""The argument is bounded."""

from __future__ import annotations

from fixing import each_changes
from programs import in_call

MADE = {
    "a_power": (
        ("h = tf.nn.relu(x * self.w)\nreturn h ** 0.5"),
        ("-        return h ** 0.5\n+        return tf.maximum(h, 1e-6) ** 0.5\n"),
    ),
    "a_logarithm_and_a_root": (
        ("h = tf.nn.relu(x * self.w)\nreturn K.log(h) + K.sqrt(h)"),
        (
            "-        return K.log(h) + K.sqrt(h)\n"
            "+        return K.log(K.maximum(h, 1e-7)) + K.sqrt(K.maximum(h, 1e-12))\n"
        ),
    ),
    "an_angle": (
        "return tf.acos(tf.clip_by_value(x * self.w, -1.0, 1.0))",
        (
            "-        return tf.acos(tf.clip_by_value(x * self.w, -1.0, 1.0))\n"
            "+        return tf.acos(tf.clip_by_value(x * self.w, -1.0 + 1e-7, 1.0 - 1e-7))\n"
        ),
    ),
}

test_changes = each_changes(MADE, in_call)
