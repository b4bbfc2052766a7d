"""A clipping keeps its value and passes the gradient."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import in_call

from gradcheck.fixes import straight_through_clip

MADE = {
    "of_a_weight": (
        "return x * tf.clip_by_value(self.w, 2.0, 3.0)",
        (
            "-        return x * tf.clip_by_value(self.w, 2.0, 3.0)\n"
            "+        return x * (self.w + tf.stop_gradient(tf.clip_by_value(self.w, 2.0, 3.0) - self.w))\n"
        ),
    ),
    "of_an_expression": (
        ("r = tf.clip_by_value(9.0 * self.w, 0, 1)\nreturn x * r"),
        (
            "-        r = tf.clip_by_value(9.0 * self.w, 0, 1)\n"
            "+        unclipped_r = 9.0 * self.w\n"
            "+        r = unclipped_r + tf.stop_gradient(tf.clip_by_value(unclipped_r, 0, 1) - unclipped_r)\n"
        ),
    ),
    "on_one_side": (
        "return x * tf.minimum(self.w + 5.0, 1.0)",
        (
            "-        return x * tf.minimum(self.w + 5.0, 1.0)\n"
            "+        unclipped = self.w + 5.0\n"
            "+        return x * (unclipped + tf.stop_gradient(tf.minimum(unclipped, 1.0) - unclipped))\n"
        ),
    ),
}

DECLINED = {
    "another_function": "return x * tf.keras.activations.hard_sigmoid(self.w + 50.0)",
}


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(in_call(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(straight_through_clip, in_call(body))
    assert found and not any(found)
