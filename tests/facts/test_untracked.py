"""Weights that a model uses and Keras does not know of, and what looks like them."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

FIT = """
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
"""

BUGS = {
    "a base that only hands on what Keras lists": """
import collections


class Base(layers.Layer):
    @property
    def trainable_variables(self):
        if not self.built:
            raise ValueError("not built yet")
        return super().trainable_variables


class Net(Base):
    def __init__(self):
        super().__init__()
        self.inner = collections.deque([layers.Dense(4)])  # error: inner

    def call(self, x):
        return self.inner[0](x)
""",
    "a tf.Variable on a Keras 3 layer": """
class Scale(layers.Layer):
    def __init__(self):
        super().__init__()
        self.gain = tf.Variable(1.0)  # error[keras3]: gain

    def call(self, x):
        return x * self.gain
""",
    "a tf.Module on a Keras 3 layer": """
class Bank(tf.Module):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(tf.ones([3, 3]))

    def __call__(self, x):
        return x @ self.kernel


class Layer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank()  # error[keras3]: kernel

    def call(self, x):
        return self.bank(x)
""",
    "a layer in an object of another class": """
class Tower:
    def __init__(self):
        self.dense = layers.Dense(3)

    def run(self, x):
        return self.dense(x)


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.tower = Tower()  # error: dense

    def call(self, x):
        return self.tower.run(x)
""",
    "a layer in a deque": """
from collections import deque


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = deque([layers.Dense(3, name="block")])  # error: block

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return x
""",
    "layers of one's own in a deque": """
from collections import deque


class Inner(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3)
        self.gain = self.add_weight(name="gain", shape=(3,))

    def call(self, x):
        return self.dense(x) * self.gain


class Outer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = Inner()

    def call(self, x):
        return self.inner(x)


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = deque([Outer()])  # error: dense, gain

    def call(self, x):
        return self.blocks[0](x)
""",
    "the view of a dict that is not kept": """
class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        blocks = {"one": layers.Dense(3, name="one")}  # error: one
        self.blocks = blocks.values()

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return x
""",
    "a layer in a set": """
class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = {layers.Dense(3, name="one"), layers.Dense(3, name="two")}  # error[keras2]: one, two

    def call(self, x):
        return sum(block(x) for block in self.blocks)
""",
    "a layer put into a dict by setdefault": """
class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.heads = {}

    def head(self, task):
        return self.heads.setdefault(task, layers.Dense(3, name="head"))  # error[keras3]: head

    def call(self, x):
        return self.head("age")(x)
""",
    "a layer made anew in every call": """
class Model(tf.keras.Model):
    def call(self, x):
        return x * layers.Dense(3, name="gate")(x)  # error: gate
""",
    "a loop over a cell that is made anew in every call": """
class Cell(layers.Layer):
    state_size = 3

    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3, 3))

    def call(self, x, state):
        new = x @ self.w + state[0]
        return new, [new]


class Forward(layers.Layer):
    def call(self, x):
        cell = Cell()  # error: w
        loop = layers.RNN(cell, name="loop")  # error: loop
        return loop(x)
""",
    "layers in a closure": """
def block():
    dense = layers.Dense(3)  # error: dense

    def apply(x):
        return x + dense(x)

    return apply


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.block = block()

    def call(self, x):
        return self.block(x)
""",
    "a weight of a loss object": """
class Weighted(tf.keras.losses.Loss):
    def __init__(self):
        super().__init__()
        self.log_var = tf.Variable(0.0)  # error: log_var

    def call(self, y, p):
        return tf.exp(-self.log_var) * tf.square(y - p) + self.log_var


model = tf.keras.Sequential([layers.Dense(1)])
model.compile("sgd", Weighted())
""",
    "a layer that a Lambda captures": """
gate = layers.Dense(3)
inputs = layers.Input([3])
outputs = layers.Dense(1)(layers.Lambda(lambda t: t * gate(t))(inputs))  # error: gate
model = tf.keras.Model(inputs, outputs)
"""
    + FIT,
    "a variable that a functional model multiplies by": """
gain = tf.Variable(1.0)
inputs = layers.Input([3])
hidden = layers.Dense(1)(inputs)
model = tf.keras.Model(inputs, hidden * gain)  # error: gain
"""
    + FIT,
}

MODULE = """
class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3, name="dense"){mark}
        self.gain = tf.Variable(1.0)

    def __call__(self, x):
        return self.dense(x) * self.gain


net, x = Net(), tf.ones([8, 3])
net(x)
optimizer = tf.keras.optimizers.SGD(0.1)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(net(x))
variables = {variables}
optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
"""
BUGS["a Keras layer in a tf.Module"] = MODULE.format(
    mark="  # error[keras3]: dense", variables="net.trainable_variables"
)

LOOK_ALIKES = {
    "a class that adds to what Keras lists": """
import collections


class Net(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = collections.deque([layers.Dense(4)])

    @property
    def trainable_variables(self):
        return super().trainable_variables + self.inner[0].trainable_variables

    def call(self, x):
        return self.inner[0](x)
""",
    "a Keras layer in a tf.Module, listed by itself": MODULE.format(
        mark="", variables="[net.gain, *net.dense.trainable_variables]"
    ),
    "tuples, lists and dictionaries": """
class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = {"both": (layers.Dense(3), [layers.Dense(3)])}

    def call(self, x):
        first, (second,) = self.parts["both"]
        return first(x) + second(x)
""",
    "a list of a dict's values": """
class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        blocks = {"one": layers.Dense(3, name="one")}
        self.blocks = list(blocks.values())

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return x
""",
    "a variable that is not meant to train": """
class Scale(layers.Layer):
    def __init__(self):
        super().__init__()
        self.gain = tf.Variable(1.0, trainable=False)

    def call(self, x):
        return x * self.gain
""",
    "a variable that the program assigns": """
class Anneal(layers.Layer):
    def __init__(self):
        super().__init__()
        self.temperature = tf.Variable(1.0)

    def cool(self):
        self.temperature.assign(self.temperature * 0.9)

    def call(self, x):
        return x / self.temperature
""",
    "a variable that the loop lists": """
class Scale(layers.Layer):
    def __init__(self):
        super().__init__()
        self.gain = tf.Variable(1.0)

    def call(self, x):
        return x * self.gain


def step(x, optimizer):
    layer = Scale()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(layer(x))
    variables = layer.trainable_variables + [layer.gain]
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
""",
    "a frozen judge inside a loss": """
judge = tf.keras.applications.VGG16(include_top=False)


def perceptual(y, p):
    return tf.reduce_mean(tf.square(judge(y) - judge(p)))


model = tf.keras.Sequential([layers.Dense(1)])
model.compile("sgd", perceptual)
""",
    "a class that lists its weights itself": """
class Tower:
    def __init__(self):
        self.dense = layers.Dense(3)


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.tower = Tower()

    @property
    def trainable_weights(self):
        return self.tower.dense.trainable_weights

    def call(self, x):
        return self.tower.dense(x)
""",
    "features from a file inside a Lambda": """
features = tf.keras.Sequential([layers.Input([3]), layers.Dense(3)])
features.load_weights("features.h5")
inputs = layers.Input([3])
outputs = layers.Dense(1)(layers.Lambda(lambda t: features(t))(inputs))
model = tf.keras.Model(inputs, outputs)
"""
    + FIT,
    "a layer built on first call and kept": """
class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = None

    def call(self, x):
        if self.dense is None:
            self.dense = layers.Dense(x.shape[-1])
        return self.dense(x)
""",
    "layers shared with another model": """
shared = layers.Dense(3)
inputs = layers.Input([3])
one = tf.keras.Model(inputs, shared(inputs))
two = tf.keras.Sequential([layers.Input([3]), layers.Dense(1)])
both = tf.keras.Model(inputs, two(one(inputs)))
two.compile("sgd", "mse")
two.fit(tf.ones([8, 3]), tf.zeros([8, 1]))
""",
    "a layer that is made for somebody else": """
class Head(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, x):
        return self.dense(x)


class Body(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(4)

    def call(self, x):
        return self.dense(x)

    def make_head(self):
        return Head()
""",
    "a loop over a cell that keeps no weight": """
class Cell(layers.Layer):
    state_size = 3

    def __init__(self, scores):
        super().__init__()
        self.scores = tf.expand_dims(scores, 0)

    def call(self, x, state):
        new = x + tf.reduce_max(self.scores + tf.expand_dims(state[0], 2), 1)
        return new, [new]


class Forward(layers.Layer):
    def build(self, shape):
        self.scores = self.add_weight(name="scores", shape=(3, 3))

    def call(self, x):
        return layers.RNN(Cell(self.scores))(x)
""",
    "an object of an unknown class, which may be a layer": """
import strange


class Tower(strange.Base):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3)

    def run(self, x):
        return self.dense(x)


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.tower = Tower()

    def call(self, x):
        return self.tower.run(x)
""",
    "something unknown takes care of it": """
import helper


class Scale(layers.Layer):
    def __init__(self):
        super().__init__()
        self.gain = helper.register(self, tf.Variable(1.0))
        self.shift = tf.Variable(0.0)
        self._track(self.shift)

    def call(self, x):
        return x * self.gain + self.shift
""",
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_weight_is_not_tracked(program: str) -> None:
    check(program, "GC601")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "GC601")
