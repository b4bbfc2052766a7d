"""Layers that nobody calls: of the user's own classes, in lists, behind names that others bear too."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

BLOCK = """
class Block(layers.Layer):
    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.inner = layers.Dense(units)

    def call(self, x):
        return self.inner(x)


class Gate(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(shape[-1], 4))

    def call(self, x):
        return x @ self.w

"""
BUGS = {
    "a twin of one's own class": BLOCK
    + """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = Block()
        self.second = Block()  # error: second

    def call(self, x):
        return self.first(x)
""",
    "its weights are made in build": BLOCK
    + """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = Gate()
        self.second = Gate()  # error: second

    def call(self, x):
        return self.first(x)


model = Net()
model.compile("adam", "mse")
model.fit(tf.zeros((8, 4)), tf.zeros((8, 4)))
""",
    "a chain": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.head = tf.keras.Sequential([layers.Dense(4), layers.Dense(1)])  # error: head

    def call(self, x):
        return self.body(x)
""",
    "a wrapper": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.recur = layers.Bidirectional(layers.LSTM(4))  # error: recur

    def call(self, x):
        return self.body(x)
""",
    "a block inside a block that is called": BLOCK
    + """
class Outer(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.a = Block()
        self.b = Gate()  # error: b

    def call(self, x):
        return self.a(x)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.outer = Outer()

    def call(self, x):
        return self.outer(x)


model = Net()
model.compile("adam", "mse")
model.fit(tf.zeros((8, 4)), tf.zeros((8, 4)))
""",
    "appended": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.extra = []
        self.extra.append(layers.Dense(4))  # error: extra

    def call(self, x):
        return self.body(x)
""",
    "appended in a loop": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.extra = []
        for _ in range(3):
            self.extra.append(layers.Dense(4))  # error: extra

    def call(self, x):
        for _ in range(3):
            x = self.body(x)
        return x
""",
    "an entry of a dict": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.heads = {}
        self.heads["a"] = layers.Dense(1)  # error: heads

    def call(self, x):
        return self.body(x)
""",
    "another class has the name": BLOCK
    + """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.inner = layers.Dense(4)  # error: inner

    def call(self, x):
        return self.body(x)
""",
    "the name stands in a config": """
class Net(tf.keras.Model):
    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.body = layers.Dense(units)
        self.gate = layers.Dense(units)  # error: gate

    def call(self, x):
        return self.body(x)

    def get_config(self):
        return {"units": self.units, "gate": True}
""",
    "its config is all that asks for it": """
class Net(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.body = layers.Dense(4)
        self.gate = layers.Dense(4)  # error: gate

    def call(self, x):
        return self.body(x)

    def get_config(self):
        return {"gate": layers.serialize(self.gate)}
""",
    "a base class copies its options": """
class Base(layers.Layer):
    options = ("units", "rate")

    def __init__(self, **kwargs):
        super().__init__()
        for name, value in kwargs.items():
            setattr(self, name, value)

    def get_config(self):
        return {name: getattr(self, name) for name in self.options}


class Net(Base):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.body = layers.Dense(4)
        self.gate = layers.Dense(4)  # error: gate

    def call(self, x):
        return self.body(x)
""",
    "a base class looks at a signature": """
import inspect


class Base(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.takes_mask = "mask" in inspect.signature(self.call).parameters


class Net(Base):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.body = layers.Dense(4)
        self.gate = layers.Dense(4)  # error: gate

    def call(self, x):
        return self.body(x)
""",
    "made under a condition": """
class Net(layers.Layer):
    def __init__(self, gated=True, **kwargs):
        super().__init__(**kwargs)
        self.body = layers.Dense(4)
        if gated:
            self.gate = layers.Dense(4)  # error: gate

    def call(self, x):
        return self.body(x)
""",
    "the twin is called in its place": """
def tower(name):
    return tf.keras.Sequential([layers.Dense(4), layers.Dense(4)], name=name)


class Towers(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.user_tower = tower("users")
        self.item_tower = tower("items")

    def embed_users(self, users):
        return self.user_tower(users)

    def embed_items(self, items):
        return self.user_tower(items)  # error: item_tower

    def call(self, inputs):
        return self.embed_users(inputs[0]) * self.embed_items(inputs[1])
""",
    "passed over by a continue": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Dense(4) for _ in range(4)]

    def call(self, x):
        for i, block in enumerate(self.blocks):
            if i < 2:
                continue  # error: self.blocks[:2]
            x = block(x)
        return x
""",
    "passed over by a break": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Dense(4) for _ in range(4)]

    def call(self, x):
        for i, block in enumerate(self.blocks):
            if i == 3:
                break  # error: self.blocks[3]
            x = block(x)
        return x
""",
    "called for some places alone": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Dense(4), layers.Dense(4), layers.Dense(4)]

    def call(self, x):
        for i, block in enumerate(self.blocks):
            if i > 0:  # error: self.blocks[0]
                x = block(x)
        return x
""",
    "another class below the base has an attribute of the name, and calls it": """
class Base(layers.Layer):
    def total(self, x):
        return tf.reduce_sum(x)


class One(Base):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(4)
        self.head = layers.Dense(4)  # error: head

    def call(self, x):
        return self.inner(x)


class Other(Base):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(4)

    def call(self, x):
        return self.head(x)
""",
    "a base that lists its layers, and finds them by name": """
class Base(layers.Layer):
    @property
    def layers(self):
        return list(self._flatten_layers(include_self=False, recursive=False))

    def get_layer(self, name):
        return next(one for one in self.layers if one.name == name)

    def copy(self):
        return self.from_config(self.get_config())


class Net(Base):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.head = layers.Dense(4)  # error: head

    def call(self, x):
        return self.body(x)
""",
    "a base that is generic": """
import typing

Kind = typing.TypeVar("Kind")


class Base(layers.Layer, typing.Generic[Kind]):
    pass


class Net(Base[int]):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.head = layers.Dense(4)  # error: head

    def call(self, x):
        return self.body(x)
""",
}
LOOK_ALIKES = {
    "a base makes it for the sake of another class": """
class Base(layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.head = layers.Dense(4)


class One(Base):
    def call(self, x):
        return self.body(x)


class Other(Base):
    def call(self, x):
        return self.head(self.body(x))
""",
    "a base that calls all the layers it lists": """
class Base(layers.Layer):
    @property
    def layers(self):
        return list(self._flatten_layers(include_self=False, recursive=False))

    def call(self, x):
        for one in self.layers:
            x = one(x)
        return x


class Net(Base):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.head = layers.Dense(4)
""",
    "called by a sibling": BLOCK
    + """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = Block()
        self.second = Block()

    def call(self, x):
        return self.helper(self.first(x))

    def helper(self, x):
        return self.second(x)
""",
    "called through a list": BLOCK
    + """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = Block()
        self.second = Block()
        self.both = [self.first, self.second]

    def call(self, x):
        for one in self.both:
            x = one(x)
        return x
""",
    "called from outside": BLOCK
    + """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = Block()
        self.second = Block()

    def call(self, x):
        return self.first(x)


def both(net, x):
    return net.second(net(x))
""",
    "a block without weights": """
class Twice(layers.Layer):
    def call(self, x):
        return 2.0 * x


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.twice = Twice()

    def call(self, x):
        return self.body(x)
""",
    "called by its name": BLOCK
    + """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        for i in range(2):
            setattr(self, f"block_{i}", Block())

    def call(self, x):
        for i in range(2):
            x = getattr(self, f"block_{i}")(x)
        return x
""",
    "called by a name from a list": """
class Net(tf.keras.Model):
    steps = ("first", "second")

    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4)
        self.second = layers.Dense(4)

    def call(self, x):
        for step in self.steps:
            x = getattr(self, step)(x)
        return x
""",
    "called in a training step alone": BLOCK
    + """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = Block()
        self.second = Block()

    def call(self, x):
        return self.first(x)

    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self.second(self(data)))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}
""",
    "a list whose parts are called by place": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = []
        self.blocks.append(layers.Dense(4))
        self.blocks.append(layers.Dense(4))

    def call(self, x):
        return self.blocks[1](self.blocks[0](x))
""",
    "a place that is treated otherwise": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Dense(4) for _ in range(4)]

    def call(self, x):
        for i, block in enumerate(self.blocks):
            if i == 0:
                x = tf.nn.relu(block(x))
                continue
            x = block(x)
        return x
""",
    "the first is called before the loop": """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Dense(4) for _ in range(4)]

    def call(self, x):
        x = self.blocks[0](x)
        for i, block in enumerate(self.blocks):
            if i == 0:
                continue
            x = block(x)
        return x
""",
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_nobody_calls_it(program: str) -> None:
    check(program, "GC502")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")


OWN_LIST = """
class Stack(layers.Layer):
    def __init__(self):
        super().__init__()
        self.{name} = [layers.Dense(3), layers.Dense(3)]
        self.head = layers.Dense(1){mark}

    def call(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
"""


@pytest.mark.parametrize(("name", "mark"), [("layers", "  # error: head"), ("parts", "")])
def test_a_list_that_a_class_calls_layers_holds_what_it_was_given(name: str, mark: str) -> None:
    check(OWN_LIST.format(name=name, mark=mark), "GC502")
