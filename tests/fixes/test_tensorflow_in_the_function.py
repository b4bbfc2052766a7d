"""A Python function on the path computes with TensorFlow."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import in_call

from gradcheck.fixes import tensorflow_in_the_function

MADE = {
    "a_lambda": (
        "return tf.numpy_function(lambda a: np.exp(a), [x * self.w], tf.float32)",
        (
            "-        return tf.numpy_function(lambda a: np.exp(a), [x * self.w], tf.float32)\n"
            "+        return tf.py_function(lambda a: tf.exp(a), [x * self.w], tf.float32)\n"
        ),
    ),
}

DECLINED = {
    "no_twin": "return tf.numpy_function(lambda a: np.sinc(a), [x * self.w], tf.float32)",
    "a_function_of_elsewhere": (
        "from scipy.special import erf\nreturn tf.numpy_function(erf, [x * self.w], tf.float32)"
    ),
}


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(in_call(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(tensorflow_in_the_function, in_call(body))
    assert found and not any(found)
