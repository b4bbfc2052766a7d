"""Results that are given a place and never taken from it: dicts, lists, records, names that say so."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

HEAD = """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.gate = layers.Dense(4)
        self.head = layers.Dense(1)
"""
BUGS = {
    "a result that is called nothing": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        _ = self.gate(h)  # error: gate
        return self.head(h)
""",
    "an entry of a dict": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        graph = {"node": h, "gate": self.gate(h)}  # error: gate
        return self.head(graph["node"])
""",
    "an entry that comes later": HEAD
    + """
    def call(self, x):
        graph = {"node": self.body(x)}
        graph["gate"] = self.gate(graph["node"])  # error: gate
        return self.head(graph["node"])
""",
    "an entry of dict()": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        graph = dict(node=h, gate=self.gate(h))  # error: gate
        return self.head(graph["node"])
""",
    "an element of a list": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        parts = [h, self.gate(h)]  # error: gate
        return self.head(parts[0])
""",
    "a field of a record": """
from typing import NamedTuple


class State(NamedTuple):
    node: object
    gate: object

"""
    + HEAD
    + """
    def call(self, x):
        h = self.body(x)
        state = State(node=h, gate=self.gate(h))  # error: gate
        return self.head(state.node)
""",
    "a field of a dataclass": """
from dataclasses import dataclass


@dataclass
class State:
    node: object
    gate: object

"""
    + HEAD
    + """
    def call(self, x):
        h = self.body(x)
        state = State(h, self.gate(h))  # error: gate
        return self.head(state.node)
""",
    "a dict from a helper": HEAD
    + """
    def features(self, x):
        h = self.body(x)
        return {"node": h, "gate": self.gate(h)}  # error: gate

    def call(self, x):
        graph = self.features(x)
        return self.head(graph["node"])


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones((8, 3)), tf.zeros((8, 1)))
""",
    "a block with a loop": """
class Block(layers.Layer):
    def __init__(self, units, count=2):
        super().__init__()
        self.parts = [layers.Dense(units) for _ in range(count)]

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.low = Block(4)
        self.head = layers.Dense(1)

    def call(self, x):
        h = self.body(x)
        low = self.low(h)  # error: parts
        return self.head(h)
""",
    "a block with a branch": """
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(4)

    def call(self, x, training=None):
        x = self.inner(x)
        if training:
            x = tf.nn.dropout(x, 0.5)
        return x


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4)
        self.low = Block()
        self.head = layers.Dense(1)

    def call(self, x):
        h = self.body(x)
        low = self.low(h)  # error: inner
        return self.head(h)
""",
}
LOOK_ALIKES = {
    "used besides": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        _ = self.gate(h)
        return self.head(self.gate(h))
""",
    "built by its call": HEAD
    + """
    def build(self, shape):
        _ = self.gate(tf.zeros((1, 4)))

    def call(self, x):
        return self.head(self.gate(self.body(x)))
""",
    "one of two that is called nothing": """
class Net(layers.Layer):
    def __init__(self):
        super().__init__()
        self.recur = layers.LSTM(4, return_state=True)

    def call(self, x):
        y, _, _ = self.recur(x)
        return y
""",
    "a dict that is handed out": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        graph = {"node": self.head(h), "gate": self.gate(h)}
        return graph
""",
    "a dict that is handed on": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        graph = {"node": h, "gate": self.gate(h)}
        return self.head(combine(graph))


def combine(graph):
    return graph["node"] * graph["gate"]
""",
    "a dict that a loop goes through": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        graph = {"node": h, "gate": self.gate(h)}
        for name, value in graph.items():
            h = h + value
        return self.head(h)
""",
    "an entry under a name": HEAD
    + """
    def call(self, x, mode="gate"):
        h = self.body(x)
        graph = {"node": h, "gate": self.gate(h)}
        return self.head(graph[mode])
""",
    "an entry of somebody else's dict": HEAD
    + """
    def call(self, graph):
        h = self.body(graph["x"])
        graph["gate"] = self.gate(h)
        return self.head(h)
""",
    "an entry of an attribute": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        self.kept["gate"] = self.gate(h)
        return self.head(h)
""",
    "a record that is handed out": """
from typing import NamedTuple


class State(NamedTuple):
    node: object
    gate: object

"""
    + HEAD
    + """
    def call(self, x):
        h = self.body(x)
        state = State(node=self.head(h), gate=self.gate(h))
        return state
""",
    "a list of which the last is taken": HEAD
    + """
    def call(self, x):
        h = self.body(x)
        parts = [h, self.gate(h)]
        return self.head(parts[-1])
""",
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_nobody_takes_it(program: str) -> None:
    check(program, "GC503")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")


STATES = """
source, target = tf.keras.Input((None, 3)), tf.keras.Input((None, 3))
encoder = layers.LSTM(4, return_state=True)
{states} = encoder(source){mark}
decoded = layers.LSTM(4)(target, initial_state={handed})
model = tf.keras.Model([source, target], layers.Dense(1)(decoded))
model.compile("sgd", "mse")
model.fit([tf.ones((2, 5, 3))] * 2, tf.ones((2, 1)))
"""


@pytest.mark.parametrize("states", ["_, h, c", "output, h, c", "states"])
def test_states_that_no_decoder_starts_from(states: str) -> None:
    check(STATES.format(states=states, handed="None", mark="  # warning: encoder"), "GC503")


@pytest.mark.parametrize("states", ["_, h, c", "output, h, c"])
def test_states_that_a_decoder_starts_from(states: str) -> None:
    check(STATES.format(states=states, handed="[h, c]", mark=""), "")


def test_one_state_alone_is_enough() -> None:
    check(STATES.format(states="_, h, c", handed="[h, h]", mark=""), "")


ENTRIES = """
class Towers(tf.keras.Model):
    def __init__(self):
        super().__init__()
        {made}
        self.head = layers.Dense(1)

    def call(self, x):
        parts = {{}}
        for name in ("user", "item"):
            parts[name] = self.towers[name](x){mark}
        return self.head({read})


model = Towers()
model.compile("sgd", "mse")
model.fit(tf.ones((8, 3)), tf.zeros((8, 1)))
"""
MAKERS = {
    "a dict": "self.towers = {'user': layers.Dense(4), 'item': layers.Dense(4)}",
    "a comprehension": "self.towers = {name: layers.Dense(4) for name in ('user', 'item')}",
}


@pytest.mark.parametrize("made", MAKERS.values(), ids=MAKERS)
def test_an_entry_that_a_loop_makes_and_nobody_reads(made: str) -> None:
    read = 'parts["user"]'
    check(ENTRIES.format(made=made, mark="  # warning: towers", read=read), "GC409")


@pytest.mark.parametrize("made", MAKERS.values(), ids=MAKERS)
def test_entries_that_a_loop_makes_and_all_are_read(made: str) -> None:
    read = 'tf.concat([parts["user"], parts["item"]], -1)'
    check(ENTRIES.format(made=made, mark="", read=read), "")


HEADS = """
class Attend(layers.Layer):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (layers.Dense(4) for _ in range(3))

    def call(self, x):
        scores = tf.matmul(self.query(x), self.key(x), transpose_b=True)
        return tf.matmul({weights}, self.value(x))


model = tf.keras.Sequential([tf.keras.Input((5, 3)), Attend(), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones((8, 5, 3)), tf.zeros((8, 5, 1)))
"""


def test_what_a_generator_makes_for_each_name_is_told_apart() -> None:
    cut = "tf.round(scores),  # error: query, key\n            self.value(x)"
    check(HEADS.replace("{weights}, self.value(x)", cut), "GC301")


def test_what_a_generator_makes_for_each_name_and_all_is_used() -> None:
    check(HEADS.format(weights="tf.nn.softmax(scores)"), "")
