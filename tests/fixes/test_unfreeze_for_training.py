"""A model is unfrozen while it is trained by itself."""

from __future__ import annotations

from textwrap import indent

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import unfreeze_for_training


def alternating(lines: str) -> str:
    """A loop that trains a critic with these lines, and the model it is frozen in."""
    return f"""import tensorflow as tf

critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
critic.compile("sgd", "mse")
generator = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
critic.trainable = False
both = tf.keras.Sequential([generator, critic])
both.compile("sgd", "mse")
for _ in range(2):
{indent(lines, "    ")}
    both.train_on_batch(tf.random.normal([8, 2]), tf.zeros([8, 1]))
"""


REPAIRED = {
    "around several calls": (
        """\
# the critic
critic.train_on_batch(tf.random.normal([8, 3]), tf.ones([8, 1]))
fake = generator.predict(tf.random.normal([8, 2]), verbose=0)
critic.train_on_batch(fake, tf.zeros([8, 1]))""",
        """\
+    critic.trainable = True
+    critic.trainable = False
""",
    ),
    "around two calls in one statement": (
        """\
loss = critic.train_on_batch(tf.ones([8, 3]), tf.ones([8, 1])) + critic.train_on_batch(
    tf.zeros([8, 3]), tf.zeros([8, 1])
)""",
        """\
+    critic.trainable = True
+    critic.trainable = False
""",
    ),
}
DECLINED = {
    "in different blocks": """\
critic.train_on_batch(tf.random.normal([8, 3]), tf.ones([8, 1]))
for _ in range(2):
    critic.train_on_batch(tf.random.normal([8, 3]), tf.zeros([8, 1]))""",
}

test_it_is_repaired = each_changes(REPAIRED, alternating)
test_it_is_declined = each_is_declined(unfreeze_for_training, DECLINED, alternating)
