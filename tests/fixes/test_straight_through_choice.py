"""A choice keeps its value and has the gradient of the softmax."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_call

from gradcheck.fix.fixes import straight_through_choice

MADE = {
    "of_probabilities": (
        ("p = tf.nn.softmax(self.w * x)\nreturn x * tf.one_hot(tf.argmax(p, axis=-1), 3)"),
        (
            "-        return x * tf.one_hot(tf.argmax(p, axis=-1), 3)\n"
            "+        return x * (p + tf.stop_gradient(tf.one_hot(tf.argmax(p, axis=-1), 3) - p))\n"
        ),
    ),
    "of_scores_with_no_name": (
        ("k = tf.argmax(self.w * x, axis=-1)\nreturn x * tf.one_hot(k, depth=3)"),
        (
            "-        k = tf.argmax(self.w * x, axis=-1)\n"
            "-        return x * tf.one_hot(k, depth=3)\n"
            "+        scores = self.w * x\n"
            "+        k = tf.argmax(scores, axis=-1)\n"
            "+        soft = tf.nn.softmax(scores)\n"
            "+        return x * (soft + tf.stop_gradient(tf.one_hot(k, depth=3) - soft))\n"
        ),
    ),
    "of_the_least": (
        ("d = tf.square(x - self.w)\nk = tf.argmin(d, axis=-1)\nreturn x * tf.one_hot(k, 3)"),
        (
            "-        return x * tf.one_hot(k, 3)\n"
            "+        soft = tf.nn.softmax(-d)\n"
            "+        return x * (soft + tf.stop_gradient(tf.one_hot(k, 3) - soft))\n"
        ),
    ),
    "by_the_backend": (
        ("k = K.argmax(self.w * x, axis=-1)\nreturn x * K.one_hot(k, 3)"),
        (
            "-        k = K.argmax(self.w * x, axis=-1)\n"
            "-        return x * K.one_hot(k, 3)\n"
            "+        scores = self.w * x\n"
            "+        k = K.argmax(scores, axis=-1)\n"
            "+        soft = K.softmax(scores)\n"
            "+        return x * (soft + K.stop_gradient(K.one_hot(k, 3) - soft))\n"
        ),
    ),
    "of_rows": (
        ("k = tf.argmax(self.w * x, axis=-1)\nreturn tf.gather(tf.eye(3), k)"),
        (
            "-        k = tf.argmax(self.w * x, axis=-1)\n"
            "-        return tf.gather(tf.eye(3), k)\n"
            "+        scores = self.w * x\n"
            "+        k = tf.argmax(scores, axis=-1)\n"
            "+        weights = tf.nn.softmax(scores)\n"
            "+        weights += tf.stop_gradient(tf.one_hot(k, tf.shape(scores)[-1]) - weights)\n"
            "+        return tf.tensordot(weights, tf.eye(3), axes=1)\n"
        ),
    ),
    "by_the_maximum": (
        (
            "p = self.w * x\n"
            "top = tf.reduce_max(p, axis=-1, keepdims=True)\n"
            "return x * tf.cast(tf.equal(p, top), tf.float32)"
        ),
        (
            "-        return x * tf.cast(tf.equal(p, top), tf.float32)\n"
            "+        return x * (p + tf.stop_gradient(tf.cast(tf.equal(p, top), tf.float32) - p))\n"
        ),
    ),
}

DECLINED = {
    "an_unusual_one_hot": ("k = tf.argmax(self.w * x, axis=-1)\nreturn x * tf.one_hot(k, 3, on_value=2.0)"),
    "a_choice_over_the_batch": ("k = tf.argmax(self.w * x, axis=0)\nreturn x * tf.one_hot(k, 3)"),
    "an_index_used_twice": (
        "k = tf.argmax(self.w * x, axis=-1)\nreturn x * tf.one_hot(k, 3) + tf.one_hot(k, 3)"
    ),
}

test_changes = each_changes(MADE, in_call)
test_declines = each_is_declined(straight_through_choice, DECLINED, in_call)
