"""A forgotten layer is called between its neighbours."""

from __future__ import annotations

from textwrap import indent

from fixing import each_changes, each_is_declined
from programs import IMPORTS

from gradcheck.fix.fixes import call_in_order


def of_three(body: str) -> str:
    """A model of three different layers in this order, with these lines in `call`."""
    return f"""{IMPORTS}class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.enter = tf.keras.layers.Dense(3)
        self.norm = tf.keras.layers.LayerNormalization()
        self.leave = tf.keras.layers.EinsumDense("ab,bc->ac", output_shape=1)

    def call(self, x):
{indent(body, "        ")}


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]), verbose=0)
"""


MADE = {
    "in_the_middle": (
        "h = self.enter(x)\nreturn self.leave(h)",
        "-        return self.leave(h)\n+        return self.leave(self.norm(h))\n",
    ),
    "nested": (
        "return self.leave(self.enter(x))",
        "-        return self.leave(self.enter(x))\n+        return self.leave(self.norm(self.enter(x)))\n",
    ),
    "behind_an_activation": (
        "return self.leave(tf.nn.relu(self.enter(x)))",
        "-        return self.leave(tf.nn.relu(self.enter(x)))\n"
        "+        return self.leave(self.norm(tf.nn.relu(self.enter(x))))\n",
    ),
    "at_the_start": (
        "h = self.norm(x)\nreturn self.leave(h)",
        "-        h = self.norm(x)\n+        h = self.norm(self.enter(x))\n",
    ),
}

DECLINED = {
    "at_the_end": "return self.norm(self.enter(x))",
    "in_another_order": "return self.enter(self.leave(x))",
    "side_by_side": "return self.enter(x) + self.leave(x)",
    "called_twice": "return self.leave(self.enter(self.enter(x)))",
}

test_changes = each_changes(MADE, of_three)
test_declines = each_is_declined(call_in_order, DECLINED, of_three)
