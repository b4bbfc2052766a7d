"""The measuring harness itself: each way of finding something to train, each status, each way to fail."""

from __future__ import annotations

import pytest

from measure import Outcome, measure

CAPTURED = """
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(shape=(1,), initializer="ones")
        self.bias = self.add_weight(name="offset", shape=(1,), initializer="zeros")
        self.factor = self.gain[0]

    def call(self, x):
        return x * self.factor + self.bias
"""
UNTRACKED_UNDER_KERAS_3 = """
import tensorflow as tf


class Inner(tf.keras.layers.Layer):
    def build(self, shape):
        self.level = self.add_weight(name="level", shape=(3,), initializer="ones")

    def call(self, x):
        return x * tf.round(self.level)


class Outer(tf.keras.layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.inner = Inner()
        self.rate = tf.Variable(1.0, name="rate")

    def call(self, x):
        return self.rate * self.inner(x)
"""
OWN_LOOP = """
import tensorflow as tf

w, b = tf.Variable(2.0, name="w"), tf.Variable(0.5, name="b")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(tf.stop_gradient(w) + b)
    tape.gradient(loss, [w, b])
"""
TRACED_LOOP = """
import tensorflow as tf

w, b = tf.Variable(2.0, name="w"), tf.Variable(0.5, name="b")


@tf.function
def step():
    with tf.GradientTape() as tape:
        loss = tf.square(tf.round(w) + b)
    return tape.gradient(loss, [w, b])


step()
"""
FIT = """
import numpy as np
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(2), tf.keras.layers.Dense(1, activation="softmax")])
model.compile("sgd", "mse")
model.fit(np.ones((8, 3), "float32"), np.ones((8, 1), "float32"), verbose=0)
"""
OWN_LOSS_AND_INPUT = """
import tensorflow as tf

x = tf.zeros((2, 5))
layer = tf.keras.layers.Dense(2, name="probe")


def loss(layer, x):
    return tf.reduce_sum(tf.sqrt(tf.reduce_sum(layer(x) ** 2, axis=-1)))
"""
KERAS_3_ONLY = """
import keras

layer = keras.layers.Dense(2)
"""
EMPTY = "import tensorflow as tf\n"
RAISES = "raise ValueError('as it does')\n"


@pytest.fixture(scope="module", params=["2", "3"])
def outcomes(request: pytest.FixtureRequest) -> tuple[str, dict[str, Outcome]]:
    codes = [
        CAPTURED,
        UNTRACKED_UNDER_KERAS_3,
        OWN_LOOP,
        TRACED_LOOP,
        FIT,
        OWN_LOSS_AND_INPUT,
        KERAS_3_ONLY,
        EMPTY,
        RAISES,
    ]
    return request.param, dict(zip(codes, measure(codes, request.param), strict=True))


def statuses(outcome: Outcome) -> dict[str, str]:
    return {variable.path.split("/")[-1]: variable.status for variable in outcome.variables}


@pytest.mark.tf
def test_each_example_is_measured_in_its_own_way(outcomes: tuple[str, dict[str, Outcome]]) -> None:
    keras, by_code = outcomes
    assert sorted(statuses(by_code[CAPTURED]).values()) == ["none", "ok"]
    assert [variable.names & {"gain", "offset"} for variable in by_code[CAPTURED].bad] == [{"gain"}]
    tracked = {"2": "ok", "3": "untracked"}[keras]
    assert statuses(by_code[UNTRACKED_UNDER_KERAS_3]) == {"level": "none", "rate": tracked}
    assert statuses(by_code[OWN_LOOP]) == {"w": "none", "b": "ok"}
    assert statuses(by_code[TRACED_LOOP]) == {"w": "none", "b": "ok"}
    assert {variable.status for variable in by_code[FIT].variables} == {"zero"}
    assert len(by_code[FIT].variables) == 4
    assert statuses(by_code[OWN_LOSS_AND_INPUT]) == {"kernel": "nan", "bias": "nan"}


@pytest.mark.tf
def test_what_cannot_be_measured_is_said(outcomes: tuple[str, dict[str, Outcome]]) -> None:
    keras, by_code = outcomes
    assert by_code[KERAS_3_ONLY].skipped == (keras == "2")
    assert by_code[EMPTY].error.startswith("NothingToMeasureError: the example trains nothing")
    assert by_code[RAISES].error == "ValueError: as it does"
