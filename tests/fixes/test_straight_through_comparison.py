"""A comparison keeps its value and has the gradient of a sigmoid."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_call

from gradcheck.fix.fixes import straight_through_comparison

MADE = {
    "cast": (
        ("mask = tf.cast(x > self.w, tf.float32)\nreturn x * mask"),
        (
            "-        mask = tf.cast(x > self.w, tf.float32)\n"
            "+        soft_mask = tf.sigmoid(x - self.w)\n"
            "+        mask = soft_mask + tf.stop_gradient(tf.cast(x > self.w, tf.float32) - soft_mask)\n"
        ),
    ),
    "turned_round": (
        "return x * tf.cast(self.w <= x, x.dtype)",
        (
            "-        return x * tf.cast(self.w <= x, x.dtype)\n"
            "+        soft = tf.sigmoid(x - self.w)\n"
            "+        return x * (soft + tf.stop_gradient(tf.cast(self.w <= x, x.dtype) - soft))\n"
        ),
    ),
    "of_what_is_computed": (
        ("k = tf.cast(tf.random.uniform([3]) > tf.sigmoid(self.w), tf.float32)\nreturn x * k"),
        (
            "-        k = tf.cast(tf.random.uniform([3]) > tf.sigmoid(self.w), tf.float32)\n"
            "+        uniform = tf.random.uniform([3])\n"
            "+        sigmoid = tf.sigmoid(self.w)\n"
            "+        soft_k = tf.sigmoid(uniform - sigmoid)\n"
            "+        k = soft_k + tf.stop_gradient(tf.cast(uniform > sigmoid, tf.float32) - soft_k)\n"
        ),
    ),
    "that_chooses": (
        "return tf.where(tf.less(x, self.w), 0.0, x)",
        (
            "-        return tf.where(tf.less(x, self.w), 0.0, x)\n"
            "+        soft = tf.sigmoid(self.w - x)\n"
            "+        gate = soft + tf.stop_gradient(tf.cast(tf.less(x, self.w), soft.dtype) - soft)\n"
            "+        return (1.0 - gate) * x\n"
        ),
    ),
    "that_chooses_numbers": (
        "return x * tf.where(self.w > 0.0, 1.0, -1.0)",
        (
            "-        return x * tf.where(self.w > 0.0, 1.0, -1.0)\n"
            "+        soft = tf.sigmoid(self.w)\n"
            "+        gate = soft + tf.stop_gradient(tf.cast(self.w > 0.0, soft.dtype) - soft)\n"
            "+        return x * (2.0 * gate - 1.0)\n"
        ),
    ),
    "that_chooses_values": (
        "return tf.where(x < self.w, x * 2.0, -x)",
        (
            "-        return tf.where(x < self.w, x * 2.0, -x)\n"
            "+        soft = tf.sigmoid(self.w - x)\n"
            "+        gate = soft + tf.stop_gradient(tf.cast(x < self.w, soft.dtype) - soft)\n"
            "+        return gate * (x * 2.0) + (1.0 - gate) * (-x)\n"
        ),
    ),
    "read_twice": (
        ("mask = x > self.w\nreturn x * tf.cast(mask, tf.float32) + tf.cast(mask, tf.float32)"),
        (
            "-        mask = x > self.w\n"
            "+        soft_mask = tf.sigmoid(x - self.w)\n"
            "+        mask = soft_mask + tf.stop_gradient(tf.cast(x > self.w, soft_mask.dtype) - soft_mask)\n"
        ),
    ),
    "by_the_backend": (
        'return x * K.cast(K.greater(x, self.w), "float32")',
        (
            '-        return x * K.cast(K.greater(x, self.w), "float32")\n'
            "+        soft = K.sigmoid(x - self.w)\n"
            '+        return x * (soft + K.stop_gradient(K.cast(K.greater(x, self.w), "float32") - soft))\n'
        ),
    ),
}

DECLINED = {
    "an_equality": "return x * tf.cast(tf.equal(x, self.w), x.dtype)",
    "a_cast_to_integers": "return tf.gather(x, tf.cast(self.w > 0.0, tf.int32), axis=1)",
    "two_at_once": "return x * tf.cast((x > 0.0) & (x < self.w), x.dtype)",
}

test_changes = each_changes(MADE, in_call)
test_declines = each_is_declined(straight_through_comparison, DECLINED, in_call)
