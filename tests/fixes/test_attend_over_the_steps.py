"""A softmax over the steps."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import with_layers

from gradcheck.fixes import attend_over_the_steps

MADE = {
    "no_axis": (
        (
            "weights = tf.nn.softmax(self.score(x))\n"
            "return tf.reduce_sum(weights * x, axis=1) + self.first(self.second(x))[:, 0]"
        ),
        (
            "-        weights = tf.nn.softmax(self.score(x))\n"
            "+        weights = tf.nn.softmax(self.score(x), axis=1)\n"
        ),
    ),
    "the_last_axis": (
        (
            "weights = tf.nn.softmax(self.score(x), axis=-1)\n"
            "context = weights * x\n"
            "return tf.reduce_sum(context, axis=1) + self.first(self.second(x))[:, 0]"
        ),
        (
            "-        weights = tf.nn.softmax(self.score(x), axis=-1)\n"
            "+        weights = tf.nn.softmax(self.score(x), axis=1)\n"
        ),
    ),
}

DECLINED = {
    "no_sum": "return tf.nn.softmax(self.score(x)) * x + self.first(self.second(x))",
}


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(with_layers(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(attend_over_the_steps, with_layers(body))
    assert found and not any(found)
