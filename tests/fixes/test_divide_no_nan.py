"""Nothing by zero is zero."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import in_call

from gradcheck.fixes import divide_no_nan

MADE = {
    "a_mask_of_the_result": (
        ("h = x * self.w\nr = x @ tf.eye(3) / h\nreturn tf.where(tf.math.is_nan(r), 0.0, r)"),
        ("-        r = x @ tf.eye(3) / h\n+        r = tf.math.divide_no_nan(x @ tf.eye(3), h)\n"),
    ),
}

DECLINED = {
    "a_logarithm": ("h = x * self.w\nr = tf.math.log(h)\nreturn tf.where(tf.math.is_nan(r), 0.0, r)"),
}


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(in_call(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(divide_no_nan, in_call(body))
    assert found and not any(found)
