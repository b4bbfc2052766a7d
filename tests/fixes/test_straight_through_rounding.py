"""A rounding keeps its value and passes the gradient."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import in_call

from gradcheck.fix.fixes import straight_through_rounding

MADE = {
    "of_an_expression": (
        "return x * tf.round(self.w * 2.0)",
        (
            "-        return x * tf.round(self.w * 2.0)\n"
            "+        soft = self.w * 2.0\n"
            "+        return x * (soft + tf.stop_gradient(tf.round(soft) - soft))\n"
        ),
    ),
    "of_a_name": (
        "return x * tf.math.ceil(self.w)",
        (
            "-        return x * tf.math.ceil(self.w)\n"
            "+        return x * (self.w + tf.stop_gradient(tf.math.ceil(self.w) - self.w))\n"
        ),
    ),
    "on_a_line_of_its_own": (
        ("gate = tf.floor(tf.sigmoid(self.w))\nreturn x * gate"),
        (
            "-        gate = tf.floor(tf.sigmoid(self.w))\n"
            "+        soft_gate = tf.sigmoid(self.w)\n"
            "+        gate = soft_gate + tf.stop_gradient(tf.floor(soft_gate) - soft_gate)\n"
        ),
    ),
    "inside_a_lambda": (
        ("step = lambda t: tf.floor(t)\nreturn x * step(self.w)"),
        (
            "-        step = lambda t: tf.floor(t)\n"
            "+        step = lambda t: t + tf.stop_gradient(tf.floor(t) - t)\n"
        ),
    ),
    "by_the_backend": (
        "return x * K.round(self.w)",
        (
            "-        return x * K.round(self.w)\n"
            "+        return x * (self.w + K.stop_gradient(K.round(self.w) - self.w))\n"
        ),
    ),
    "by_keras_ops": (
        "return x * ops.round(self.w)",
        (
            "-        return x * ops.round(self.w)\n"
            "+        return x * (self.w + ops.stop_gradient(ops.round(self.w) - self.w))\n"
        ),
    ),
    "of_a_sign": (
        "return x * tf.sign(self.w - 0.5)",
        (
            "-        return x * tf.sign(self.w - 0.5)\n"
            "+        soft = self.w - 0.5\n"
            "+        return x * (soft + tf.stop_gradient(tf.sign(soft) - soft))\n"
        ),
    ),
    "a_cast_and_back": (
        ('n = tf.cast(tf.cast(self.w * 4.0, "int32"), "float32")\nreturn x * n'),
        (
            '-        n = tf.cast(tf.cast(self.w * 4.0, "int32"), "float32")\n'
            "+        soft_n = self.w * 4.0\n"
            '+        n = soft_n + tf.stop_gradient(tf.cast(tf.cast(soft_n, "int32"), "float32") - soft_n)\n'
        ),
    ),
    "a_cast_back_on_another_line": (
        ('level = tf.cast(self.w * 4.0, "int32")\nreturn x * tf.cast(level, x.dtype)'),
        (
            '-        level = tf.cast(self.w * 4.0, "int32")\n'
            "-        return x * tf.cast(level, x.dtype)\n"
            "+        soft = self.w * 4.0\n"
            '+        level = tf.cast(soft, "int32")\n'
            "+        return x * (soft + tf.stop_gradient(tf.cast(level, x.dtype) - soft))\n"
        ),
    ),
    "a_floor_division": (
        "return x * (self.w // 2.0)",
        (
            "-        return x * (self.w // 2.0)\n"
            "+        soft = self.w / 2.0\n"
            "+        return x * (soft + tf.stop_gradient(self.w // 2.0 - soft))\n"
        ),
    ),
}

DECLINED = {
    "an_index": ("rows = tf.cast(tf.round(self.w), tf.int32)\nreturn tf.gather(x, rows, axis=1)"),
    "a_computation_inside_a_lambda": ("step = lambda t: tf.floor(t * 2.0)\nreturn x * step(self.w)"),
}

test_changes = each_changes(MADE, in_call)
test_declines = each_is_declined(straight_through_rounding, DECLINED, in_call)
