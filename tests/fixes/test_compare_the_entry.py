"""A codebook is compared, not its straight-through estimate."""

from __future__ import annotations

from textwrap import indent

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import compare_the_entry


def looked_up(lines: str) -> str:
    """A tape that looks up entries of `codes` for `z`, and these lines."""
    return f"""import tensorflow as tf

codes = tf.Variable(tf.random.normal([4, 3]), name="codes")
gain = tf.Variable(2.0, name="gain")
chosen = tf.constant([0, 1, 2, 3])
with tf.GradientTape() as tape:
    z = gain * tf.ones([4, 3])
    entry = tf.gather(codes, chosen)
{indent(lines, "    ")}
gradients = tape.gradient(loss, [codes, gain])
"""


REPAIRED = {
    "an entry that has a name": (
        """\
estimate = tf.stop_gradient(entry - z) + z
loss = tf.nn.l2_loss(tf.stop_gradient(z) - estimate) + tf.nn.l2_loss(estimate)""",
        """\
-    loss = tf.nn.l2_loss(tf.stop_gradient(z) - estimate) + tf.nn.l2_loss(estimate)
+    loss = tf.nn.l2_loss(tf.stop_gradient(z) - entry) + tf.nn.l2_loss(estimate)
""",
    ),
}
DECLINED = {
    "compared with something else": """\
estimate = z + tf.stop_gradient(entry - z)
loss = tf.reduce_mean(tf.square(estimate - 1.0))""",
}

test_it_is_repaired = each_changes(REPAIRED, looked_up)
test_it_is_declined = each_is_declined(compare_the_entry, DECLINED, looked_up)
