"""The tensor itself is used."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import on_tape

from gradcheck.fix.fixes import no_copy

MADE = {
    "a_variable": (
        ('y = tf.Variable(w * x, trainable=False, name="y")\nloss = tf.reduce_sum(y ** 2)'),
        ('-        y = tf.Variable(w * x, trainable=False, name="y")\n+        y = w * x\n'),
    ),
    "inside_an_expression": (
        "loss = tf.reduce_sum(tf.Variable(w + 1.0) * x)",
        (
            "-        loss = tf.reduce_sum(tf.Variable(w + 1.0) * x)\n"
            "+        loss = tf.reduce_sum((w + 1.0) * x)\n"
        ),
    ),
    "of_a_dictionary": (
        'y = {key: tf.Variable(w * x) for key in "ab"}\nloss = tf.reduce_sum(y["a"] * y["b"])',
        (
            '-        y = {key: tf.Variable(w * x) for key in "ab"}\n'
            '+        y = {key: w * x for key in "ab"}\n'
        ),
    ),
    "of_a_list": (
        "y = [tf.Variable(one * w) for one in (x, -x)]\nloss = tf.reduce_sum(y[0] + 2.0 * y[1])",
        (
            "-        y = [tf.Variable(one * w) for one in (x, -x)]\n"
            "+        y = [one * w for one in (x, -x)]\n"
        ),
    ),
    "a_constant": (
        ("y = tf.constant(w, dtype=tf.float32)\nloss = tf.reduce_sum(y * x)"),
        (
            "-        y = tf.constant(w, dtype=tf.float32)\n"
            "+        y = tf.convert_to_tensor(w, dtype=tf.float32)\n"
        ),
    ),
}

DECLINED = {
    "a_list_that_is_written_to": (
        "y = [tf.Variable(one * w) for one in (x, -x)]\ny[0].assign_add(x)\nloss = tf.reduce_sum(y[0] * y[1])"
    ),
    "a_variable_that_is_assigned": ("y = tf.Variable(w * x)\ny.assign_add(x)\nloss = tf.reduce_sum(y)"),
    "a_constant_of_another_shape": ("y = tf.constant(w, shape=[2])\nloss = tf.reduce_sum(y * x)"),
}

test_changes = each_changes(MADE, on_tape)
test_declines = each_is_declined(no_copy, DECLINED, on_tape)
