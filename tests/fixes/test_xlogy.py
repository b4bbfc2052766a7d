"""A value times its own logarithm."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import in_call

from gradcheck.fixes import xlogy

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


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(in_call(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(xlogy, in_call(body))
    assert found and not any(found)
