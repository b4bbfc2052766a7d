"""A plain class whose objects a `tf.Module` keeps becomes a `tf.Module`."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import make_it_a_module

USE = """

class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.part = Part(tf.Variable(1.5, name="gain"))
        self.shift = tf.Variable(0.5, name="shift")

    def __call__(self, x):
        return x * self.part.gain + self.shift


net = Net()
optimizer = tf.keras.optimizers.SGD(0.1)
for step in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net(tf.ones([8]))))
    variables = net.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
"""
DATACLASS = f"""import dataclasses

import tensorflow as tf


@dataclasses.dataclass
class Part:
    gain: tf.Variable
{USE}"""
PLAIN = f"""import tensorflow as tf


class Part:
    # A factor.

    def __init__(self, gain):
        self.gain = gain
{USE}"""

test_it_becomes_one = each_becomes(
    {
        "a dataclass": (DATACLASS, DATACLASS.replace("class Part:", "class Part(tf.Module):")),
        "a class with a constructor": (
            PLAIN,
            PLAIN.replace("class Part:", "class Part(tf.Module):").replace(
                "        self.gain =", "        super().__init__()\n        self.gain ="
            ),
        ),
    }
)
test_it_is_declined = each_is_declined(
    make_it_a_module,
    {
        "a name that modules keep for themselves": DATACLASS.replace(
            "gain: tf.Variable", 'gain: tf.Variable\n    name: str = ""'
        ),
        "a base already": PLAIN.replace("class Part:", "class Part(Exception):"),
    },
)
