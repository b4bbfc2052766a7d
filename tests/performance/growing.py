"""Programs made of n like parts: what is done for them is to grow in proportion to n."""

from __future__ import annotations

from collections.abc import Callable

HEAD = "import tensorflow as tf\nfrom tensorflow.keras import layers\n"
FIT = "model.compile('sgd', 'mse')\nmodel.fit(tf.ones((4, 4)), tf.ones((4, 4)))\n"


def list_of_layers(n: int) -> str:
    """A list that is written out, and a loop over it."""
    parts = "".join(f"            layers.Dense(4, name='d{i}'),\n" for i in range(n))
    return f"""
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [
{parts}        ]

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x
"""


def tapes(n: int) -> str:
    """Tapes, each with a model of its own."""
    step = """
m{i} = layers.Dense(2)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(m{i}(x))
g = tape.gradient(loss, m{i}.trainable_variables)
optimizer.apply_gradients(zip(g, m{i}.trainable_variables))
"""
    head = "optimizer = tf.keras.optimizers.Adam()\nx = tf.ones((4, 3))\n"
    return head + "".join(step.format(i=i) for i in range(n))


def inheritance(n: int) -> str:
    """Classes, each derived from the last."""
    base = "class C0(layers.Layer):\n    def call(self, x):\n        return x\n"
    heir = """
class C{i}(C{above}):
    def __init__(self):
        super().__init__()
        self.d{i} = layers.Dense(3)

    def call(self, x):
        return self.d{i}(super().call(x))
"""
    return base + "".join(heir.format(i=i, above=i - 1) for i in range(1, n))


def functional_chain(n: int) -> str:
    """A functional model of layers in a row."""
    chain = "x = layers.Dense(4)(x)\n" * n
    return f"x = inputs = layers.Input((4,))\n{chain}model = tf.keras.Model(inputs, x)\n{FIT}"


def cases(n: int) -> str:
    """A `match` statement."""
    arms = "".join(f"            case {i}:\n                y = self.d(x)\n" for i in range(n))
    return f"""
class Net(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)

    def call(self, x, mode=0):
        match mode:
{arms}        return self.d(x)
"""


def comments(n: int) -> str:
    """Findings, each with a comment that silences it."""
    one = """
class C{i}(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(3,))
        self.v = self.w * 2.0  # gradcheck: ignore[GC101]

    def call(self, x):
        return x * self.v
"""
    return "".join(one.format(i=i) for i in range(n))


def growing_list(n: int) -> str:
    """A list that is added to by making a new one."""
    more = "parts = parts + [layers.Dense(4)]\n" * n
    return f"parts = []\n{more}model = tf.keras.Sequential(parts)\n{FIT}"


def branches(n: int) -> str:
    """Branches, one after the other."""
    parts = "".join(f"        if flags[{i}]:\n            x = self.d(x)\n" for i in range(n))
    return (
        "class Net(layers.Layer):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.d = layers.Dense(3)\n\n    def call(self, x, flags):\n{parts}        return x\n"
    )


def helpers(n: int) -> str:
    """Functions, each of which calls the next."""
    one = "def f{i}(x):\n    return f{next}(x) * 2.0\n\n\n"
    made = "".join(one.format(i=i, next=i + 1) for i in range(n))
    return f"""
{made}def f{n}(x):
    return x


class Net(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(3,))

    def call(self, x):
        return f0(x * self.w)
"""


def loops(n: int) -> str:
    """Training loops, each with a model of its own."""
    one = """
m{i} = layers.Dense(2)
for _ in range(10):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(m{i}(x))
    g = tape.gradient(loss, m{i}.trainable_variables)
    optimizer.apply_gradients(zip(g, m{i}.trainable_variables))
"""
    head = "optimizer = tf.keras.optimizers.Adam()\nx = tf.ones((4, 3))\n"
    return head + "".join(one.format(i=i) for i in range(n))


def weights(n: int) -> str:
    """Weights of one layer."""
    made = "".join(f"        self.w{i} = self.add_weight(name='w{i}', shape=(3,))\n" for i in range(n))
    used = "".join(f"        x = x * self.w{i}\n" for i in range(n))
    return (
        f"class Net(layers.Layer):\n    def build(self, shape):\n{made}\n"
        f"    def call(self, x):\n{used}        return x\n"
    )


SHAPES: dict[str, Callable[[int], str]] = {
    shape.__name__: shape
    for shape in (
        list_of_layers,
        tapes,
        inheritance,
        functional_chain,
        cases,
        comments,
        growing_list,
        branches,
        helpers,
        loops,
        weights,
    )
}
