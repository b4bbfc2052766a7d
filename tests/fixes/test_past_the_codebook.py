"""The gradient passes the codebook."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import with_weights

from gradcheck.fix.fixes import past_the_codebook

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

test_changes = each_changes(MADE, with_weights)
test_declines = each_is_declined(past_the_codebook, DECLINED, with_weights)
