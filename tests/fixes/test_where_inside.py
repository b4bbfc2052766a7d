"""The operation never sees what is masked out."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_call

from gradcheck.fix.fixes import where_inside

MADE = {
    "a_call": (
        ("h = x * self.w\nreturn tf.where(h > 0.0, tf.math.log(h), tf.zeros_like(h))"),
        (
            "-        return tf.where(h > 0.0, tf.math.log(h), tf.zeros_like(h))\n"
            "+        safe_h = tf.where(h > 0.0, h, 1.0)\n"
            "+        return tf.where(h > 0.0, tf.math.log(safe_h), tf.zeros_like(h))\n"
        ),
    ),
    "the_other_branch": (
        ("h = x * self.w\nreturn tf.where(h <= 0.0, 0.0, tf.pow(h, 0.3))"),
        (
            "-        return tf.where(h <= 0.0, 0.0, tf.pow(h, 0.3))\n"
            "+        safe_h = tf.where(h <= 0.0, 1.0, h)\n"
            "+        return tf.where(h <= 0.0, 0.0, tf.pow(safe_h, 0.3))\n"
        ),
    ),
    "a_quotient_with_a_name": (
        ("h = x * self.w\nmask = h > 0.0\nmean = x / h\nreturn tf.where(mask, mean, tf.zeros_like(mean))"),
        ("-        mean = x / h\n+        safe_h = tf.where(mask, h, 1.0)\n+        mean = x / safe_h\n"),
    ),
    "a_mask_of_the_result": (
        ("h = x * self.w\nr = tf.pow(h, -0.5)\nreturn tf.where(tf.math.is_finite(r), r, tf.zeros_like(r))"),
        (
            "-        r = tf.pow(h, -0.5)\n"
            "-        return tf.where(tf.math.is_finite(r), r, tf.zeros_like(r))\n"
            "+        safe_h = tf.where(h > 0.0, h, 1.0)\n"
            "+        r = tf.pow(safe_h, -0.5)\n"
            "+        return tf.where(h > 0.0, r, tf.zeros_like(r))\n"
        ),
    ),
    "a_mask_of_the_infinite_result": (
        ("h = x * self.w\nr = tf.math.rsqrt(h)\nreturn tf.where(tf.math.is_inf(r), 0.0, r)"),
        (
            "-        r = tf.math.rsqrt(h)\n"
            "-        return tf.where(tf.math.is_inf(r), 0.0, r)\n"
            "+        safe_h = tf.where(h == 0.0, 1.0, h)\n"
            "+        r = tf.math.rsqrt(safe_h)\n"
            "+        return tf.where(h == 0.0, 0.0, r)\n"
        ),
    ),
    "a_result_that_keeps_its_name": (
        (
            "h = x * self.w\nr = tf.pow(h, -0.5)\n"
            "r = tf.where(tf.math.is_inf(r), tf.zeros_like(r), r)\nreturn r * h"
        ),
        (
            "-        r = tf.pow(h, -0.5)\n"
            "-        r = tf.where(tf.math.is_inf(r), tf.zeros_like(r), r)\n"
            "+        safe_h = tf.where(h == 0.0, 1.0, h)\n"
            "+        r = tf.pow(safe_h, -0.5)\n"
            "+        r = tf.where(h == 0.0, tf.zeros_like(r), r)\n"
        ),
    ),
}

DECLINED = {
    "a_mask_of_a_power_of_any_sign": (
        "h = x * self.w\nr = h ** -1.0\nreturn tf.where(tf.math.is_finite(r), r, 0.0)"
    ),
    "a_mask_of_a_quotient": ("h = x * self.w\nr = x / h\nreturn tf.where(tf.math.is_nan(r), 0.0, r)"),
    "a_mask_of_later": ("h = x * self.w\nr = 1.0 / h\nmask = h > 0.0\nreturn tf.where(mask, r, 0.0)"),
    "a_result_used_elsewhere": ("h = x * self.w\nr = 1.0 / h\nreturn tf.where(h > 0.0, r, 0.0) + r"),
}

test_changes = each_changes(MADE, in_call)
test_declines = each_is_declined(where_inside, DECLINED, in_call)
