"""A normal draw around a tensor."""

from __future__ import annotations

from fixing import each_changes, each_is_declined
from programs import on_tape

from gradcheck.fix.fixes import draw_in_tensorflow

MADE = {
    "of_both": (
        (
            "mean = w * x\n"
            'z = np.random.normal(loc=mean, scale=np.exp(0.5 * mean)).astype("float32")\n'
            "loss = tf.reduce_sum(z ** 2)"
        ),
        (
            '-        z = np.random.normal(loc=mean, scale=np.exp(0.5 * mean)).astype("float32")\n'
            "+        z = mean + tf.exp(0.5 * mean) * tf.random.normal(tf.shape(mean))\n"
        ),
    ),
}

DECLINED = {
    "a_mean_that_is_computed": ("z = np.random.normal(w * x, 0.1)\nloss = tf.reduce_sum(z ** 2)"),
    "another_distribution": ("mean = w * x\nz = np.random.laplace(mean, 0.1)\nloss = tf.reduce_sum(z ** 2)"),
}

test_changes = each_changes(MADE, on_tape)
test_declines = each_is_declined(draw_in_tensorflow, DECLINED, on_tape)
