"""The argument is bounded."""

from __future__ import annotations

import pytest
from fixing import changes
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


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(in_call(body)) == made
