"""Collected losses join the loss."""

from __future__ import annotations

from textwrap import indent

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import add_the_losses


def trained(lines: str) -> str:
    """A model with these lines in its `train_step`, from the tape on."""
    return f"""import tensorflow as tf

class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(1, name="head")
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

    def call(self, x):
        self.add_loss(tf.square(self.scale - 2.0))
        return self.head(x)

    def train_step(self, data):
        x, y = data
{indent(lines, "        ")}
        self.optimizer.apply_gradients(zip(gradients, variables))
        return {{}}


net = Net()
net.compile("sgd")
net.fit(tf.ones([8, 3]), tf.ones([8, 1]), verbose=0)
"""


REPAIRED = {
    "of the model itself": (
        """\
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(self(x) - y))
variables = self.trainable_variables
gradients = tape.gradient(loss, variables)""",
        """\
+            loss += sum(self.losses)
""",
    ),
}
DECLINED = {
    "to no name": """\
with tf.GradientTape() as tape:
    losses = [tf.reduce_mean(tf.square(self(x) - y))]
variables = self.trainable_variables
gradients = tape.gradient(losses[0], variables)""",
}

test_it_is_repaired = each_changes(REPAIRED, trained)
test_it_is_declined = each_is_declined(add_the_losses, DECLINED, trained)
