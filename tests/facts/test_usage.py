"""Weights nothing reads, layers nothing calls, results that lead nowhere, and what looks like them."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

BUGS = {
    "a class whose call may raise": (
        "GC501",
        """
class Guarded(layers.Layer):
    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(3,))  # error: kernel

    def call(self, x):
        if x.shape.rank != 2:
            raise NotImplementedError
        return 2.0 * x
""",
    ),
    "a weight that call forgets": (
        "GC501",
        """
class Affine(layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(3,))
        self.shift = self.add_weight(name="shift", shape=(3,))  # error: shift

    def call(self, x):
        return x * self.gain
""",
    ),
    "a twin that is never called": (
        "GC502",
        """
class Pair(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.left = layers.Dense(3)
        self.right = layers.Dense(3)  # error: right

    def call(self, x):
        a, b = x
        return self.left(a) * self.left(b)
""",
    ),
    "a layer that is built and never called": (
        "GC502",
        """
class Pair(layers.Layer):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(3)
        self.second = layers.Dense(3)  # error: second

    def build(self, shape):
        self.first.build(shape)
        self.second.build(shape)

    def call(self, x):
        return self.first(self.first(x))
""",
    ),
    "a result that nothing reads": (
        "GC503",
        """
class Gated(layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(3)
        self.gate = layers.Dense(3)

    def call(self, x):
        h = self.body(x)
        g = tf.sigmoid(self.gate(x))  # error: gate
        return h * x
""",
    ),
    "a result that is overwritten": (
        "GC503",
        """
class Scales(layers.Layer):
    def __init__(self):
        super().__init__()
        self.narrow = layers.Dense(3)
        self.wide = layers.Dense(3)

    def call(self, x):
        y = self.narrow(x)
        y = self.wide(x)  # error: narrow
        return y
""",
    ),
    "a call as a statement of its own": (
        "GC503",
        """
class Gated(layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(3)
        self.gate = layers.Dense(3)

    def call(self, x):
        self.gate(x)  # error: gate
        return self.body(x)
""",
    ),
    "a layer that is built in a loop and never called": (
        "GC502",
        """
class Tower(layers.Layer):
    def __init__(self):
        super().__init__()
        self.conv = layers.Dense(3)
        self.norm = layers.LayerNormalization()  # error: norm

    def build(self, shape):
        for layer in (self.conv, self.norm):
            layer.build(shape)

    def call(self, x):
        return self.conv(x)
""",
    ),
    "a branch of a functional model that is overwritten": (
        "GC503",
        """
def build():
    inputs = layers.Input([3])
    x = layers.Dense(4, name="first")(inputs)  # warning: first
    x = layers.Dense(4, name="second")(inputs)
    return tf.keras.Model(inputs, x)
""",
    ),
    "a branch of a functional model that is left out": (
        "GC503",
        """
inputs = layers.Input([3])
left = layers.Dense(4, name="left")(inputs)
right = layers.Dense(4, name="right")(inputs)
right = layers.Dense(4, name="deeper")(right)
model = tf.keras.Model(inputs, layers.Concatenate()([left, left]))  # warning: right, deeper


def other(right):
    return right
""",
    ),
    "a chain whose end is dropped": (
        "GC503",
        """
class Chain(layers.Layer):
    def __init__(self):
        super().__init__()
        self.one = layers.Dense(3)
        self.two = layers.Dense(3)
        self.head = layers.Dense(3)

    def call(self, x):
        h = self.one(x)
        h = self.two(h)  # error: one, two
        return self.head(x)
""",
    ),
}

LAYER = """
class Layer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.one = layers.Dense(3)
        self.two = layers.Dense(3)
"""

LOOK_ALIKES = {
    "an abstract class, whose heirs in other files use what it keeps": """
class Base(layers.Layer):
    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(3,))
        self.inner = layers.Dense(3)

    def call(self, x):
        \"\"\"What heirs do.\"\"\"
        raise NotImplementedError
""",
    "called by a helper": LAYER
    + """
    def call(self, x):
        return self.rest(self.one(x))

    def rest(self, x):
        return self.two(x)
""",
    "reached by getattr": LAYER
    + """
    def call(self, x):
        for name in ("one", "two"):
            x = getattr(self, name)(x)
        return x
""",
    "reached by a sweep over the layers": LAYER
    + """
    def call(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
""",
    "kept under another name": LAYER
    + """
    def build(self, shape):
        self.order = [self.two, self.one]

    def call(self, x):
        for layer in self.order:
            x = layer(x)
        return x
""",
    "a branch of a functional model that another model has": """
inputs = layers.Input([3])
features = layers.Dense(4)(inputs)
outputs = layers.Dense(4)(features)
model, encoder = tf.keras.Model(inputs, outputs), tf.keras.Model(inputs, features)
""",
    "a branch of a functional model that is only a loss": """
inputs = layers.Input([3])
hidden = layers.Dense(4)(inputs)
penalty = layers.Dense(4)(hidden)
model = tf.keras.Model(inputs, hidden)
model.add_loss(tf.reduce_mean(penalty))
""",
    "a branch of a functional model that is handed on": """
def build():
    inputs = layers.Input([3])
    hidden = layers.Dense(4)(inputs)
    aside = layers.Dense(4)(hidden)
    return tf.keras.Model(inputs, hidden), aside
""",
    "used by a subclass": LAYER
    + """
    def call(self, x):
        return self.one(x)


class Deeper(Layer):
    def call(self, x):
        return self.two(super().call(x))
""",
    "used by the library's base class": """
class Masked(layers.Dense):
    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(3, 3))
        self.bias = self.add_weight(name="bias", shape=(3,))
""",
    "used by an unknown base class": """
from somewhere import Base


class Layer(Base, layers.Layer):
    def build(self, shape):
        self.extra = self.add_weight(name="extra", shape=(3,))

    def call(self, x):
        return x
""",
    "used from outside": LAYER
    + """
    def call(self, x):
        return self.one(x)


layer = Layer()
inputs = layers.Input([3])
model = tf.keras.Model(inputs, layer.two(layer(inputs)))
""",
    "a counter": """
class Counted(layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(3,))
        self.steps = self.add_weight(name="steps", shape=(), trainable=False)

    def call(self, x):
        return x * self.gain
""",
    "a weight that is only regularized": """
class Prior(layers.Layer):
    def build(self, shape):
        self.prior = self.add_weight(name="prior", shape=(3,), regularizer="l2")

    def call(self, x):
        return x
""",
    "a result that is kept for others": LAYER
    + """
    def call(self, x):
        self.attention = self.two(x)
        return self.one(x)
""",
    "a result that one branch overwrites": LAYER
    + """
    def call(self, x, training=None):
        y = self.one(x)
        if training:
            y = self.two(x)
        return y
""",
    "a result that the next round of a loop reads": LAYER
    + """
    def call(self, x):
        state = x
        for step in range(3):
            x = self.one(x) + state
            state = self.two(x)
        return x
""",
    "a result that a closure reads": LAYER
    + """
    def call(self, x):
        bias = self.two(x)

        def add(y):
            return y + bias

        return add(self.one(x))
""",
    "a result in the loss of the layer": LAYER
    + """
    def call(self, x):
        aside = self.two(x)
        self.add_loss(tf.reduce_mean(aside))
        return self.one(x)
""",
}


@pytest.mark.parametrize(("rule", "program"), BUGS.values(), ids=BUGS)
def test_nothing_uses_it(rule: str, program: str) -> None:
    check(program, rule)


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")
