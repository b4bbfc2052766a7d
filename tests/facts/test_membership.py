"""What `isinstance` says of layers that the source shows, and where it says nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gradcheck.facts.interpreter.transfer.membership import FIRST, LAST
from tests.facts.marked import check

CLASSES = """
class Hard(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=[shape[-1], 4])

    def call(self, x):
        return x @ self.w


class Harder(Hard):
    pass


class Soft(layers.Layer):
    def build(self, shape):
        self.v = self.add_weight(name="v", shape=[shape[-1], 4])

    def call(self, x):
        return x @ self.v

"""
NET = """
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [{parts}]

    def call(self, x):
        out = 0.0
        for part in self.parts:
            if {test}:
                out += tf.round(part(x)){mark}
            else:
                out += part(x)
        return out


net = Net()
net.compile("sgd", "mse")
net.fit(tf.ones([8, 4]), tf.ones([8, 4]))
"""
DECIDED = {
    "a class": ("Soft(), Hard()", "isinstance(part, Hard)", "w"),
    "a class that derives from it": ("Soft(), Harder()", "isinstance(part, Hard)", "w"),
    "one of two classes": ("Soft(), Hard()", "isinstance(part, (layers.Dense, Hard))", "w"),
    "a class of the library": (
        'Soft(), layers.Dense(4, name="d")',
        "isinstance(part, layers.Dense)",
        "d",
    ),
    "not a class": ("Soft(), Hard()", "not isinstance(part, Hard)", "v"),
    "all of them": ("Hard(), Hard()", "isinstance(part, layers.Layer)", "w"),
}


@pytest.mark.parametrize(("parts", "test", "name"), DECIDED.values(), ids=DECIDED)
def test_what_goes_into_an_arm(parts: str, test: str, name: str) -> None:
    check(CLASSES + NET.format(parts=parts, test=test, mark=f"  # error: {name}"), "GC301")


NOT_TAKEN = {
    "no layer of this class": ("Soft()", "isinstance(part, Hard)"),
    "the base, and the class is asked for": ("Hard()", "isinstance(part, Harder)"),
    "layers of the library": ("layers.Dense(4), layers.LayerNormalization()", "isinstance(part, Hard)"),
    "another class of the library": ("layers.Dense(4)", "isinstance(part, layers.Dropout)"),
    "no model": ("Soft(), Hard()", "isinstance(part, tf.keras.Sequential)"),
}


@pytest.mark.parametrize(("parts", "test"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_an_arm_that_nothing_goes_into(parts: str, test: str) -> None:
    check(CLASSES + NET.format(parts=parts, test=test, mark=""), "")


NOISE = """
class Noisy(layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(name="scale", shape=[4], initializer="ones")
        self.noise = self.add_weight(name="noise", shape=[4], initializer="zeros", trainable=False)

    def draw(self):
        self.noise.assign(tf.random.normal([4]))

    def call(self, x):
        return x + self.scale * self.noise


class Head(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = Noisy()

    def call(self, x):
        return self.inner(x)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body, self.head = layers.Dense(4), {head}()

    def draw(self):
        for layer in self.layers:
            if isinstance(layer, Noisy):{mark}
                layer.draw()

    def call(self, x):
        return self.head(self.body(x))


net = Net()
net(tf.ones([8, 4]))
for _ in range(3):
    net.draw()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(net(tf.ones([8, 4])) ** 2)
    tape.gradient(loss, net.trainable_variables)
"""


def test_noise_of_layers_that_a_loop_does_not_come_to() -> None:
    check(NOISE.format(head="Head", mark="  # warning: scale"), "GC703")


def test_noise_of_layers_that_a_loop_comes_to() -> None:
    check(NOISE.format(head="Noisy", mark=""), "")


DERIVED = """
import tensorflow as tf

kinds = {kind for kind in vars(tf.keras.layers).values() if isinstance(kind, type)}
last = [getattr(tf.keras.layers, name) for name in %s] + [tf.keras.Model]
first = [getattr(tf.keras.layers, name) for name in %s]
print([one.__name__ for one in last if any(issubclass(kind, one) and kind is not one for kind in kinds)])
above = kinds - {tf.keras.layers.Layer}
print([one.__name__ for one in first if any(issubclass(one, kind) and kind is not one for kind in above)])
"""


@pytest.mark.tf
@pytest.mark.parametrize("legacy", ["0", "1"])
def test_no_layer_of_the_library_derives_from_these(legacy: str) -> None:
    environment = {**os.environ, "TF_USE_LEGACY_KERAS": legacy, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", DERIVED % (sorted(LAST), sorted(FIRST))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["[]", "[]"]
