"""The gradient passes the codebook."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import with_weights

from gradcheck.fixes import past_the_codebook

MADE = {
    "a_gather": (
        (
            "d = tf.reduce_sum(tf.square(x[:, None, :] - self.a), axis=-1)\n"
            "entry = tf.gather(self.a, tf.argmin(d, axis=-1))\n"
            "self.add_loss(tf.reduce_mean(tf.square(entry - tf.stop_gradient(x))))\n"
            "return entry"
        ),
        ("-        return entry\n+        return x + tf.stop_gradient(entry - x)\n"),
    ),
    "one_hot_and_a_product": (
        (
            "flat = tf.reshape(x, [-1, 3])\n"
            "d = tf.reduce_sum(tf.square(flat[:, None, :] - self.a), axis=-1)\n"
            "hot = tf.one_hot(tf.argmin(d, axis=1), 3)\n"
            "entry = tf.reshape(tf.matmul(hot, self.a), tf.shape(x))\n"
            "self.add_loss(tf.reduce_mean(tf.square(entry - tf.stop_gradient(x))))\n"
            "return entry"
        ),
        ("-        return entry\n+        return x + tf.stop_gradient(entry - x)\n"),
    ),
}

DECLINED = {
    "another_table": (
        "d = tf.reduce_sum(tf.square(x[:, None, :] - self.a), axis=-1)\n"
        "return tf.gather(self.b, tf.argmin(d, axis=-1))"
    ),
}


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(with_weights(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(past_the_codebook, with_weights(body))
    assert found and not any(found)
