"""A Python function on the path computes with TensorFlow."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_call

from gradcheck.fix.fixes import tensorflow_in_the_function

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

test_changes = each_changes(MADE, in_call)
test_declines = each_is_declined(tensorflow_in_the_function, DECLINED, in_call)
