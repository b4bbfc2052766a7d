"""The logarithm of one minus a squared tanh."""

from __future__ import annotations

from fixing import each_changes
from programs import in_call

MADE = {
    "a_power": (
        ("u = x + 12.0 * self.w\na = tf.tanh(u)\nreturn tf.math.log(1.0 - a ** 2)"),
        (
            "-        return tf.math.log(1.0 - a ** 2)\n"
            "+        return 2.0 * (tf.math.log(2.0) - u - tf.nn.softplus(-2.0 * u))\n"
        ),
    ),
}

test_changes = each_changes(MADE, in_call)
