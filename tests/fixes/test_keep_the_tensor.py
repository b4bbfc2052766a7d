"""The tensor stays one."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import on_tape

from gradcheck.fixes import keep_the_tensor

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


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(on_tape(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(keep_the_tensor, on_tape(body))
    assert found and not any(found)
