"""`python -m tests.performance.stepping MODEL ROUNDS`: CPU seconds of single training steps, as JSON.

For each way to train (an eager loop over a tape, `fit`) a step alone, one that is watched, one with
`tf.debugging.enable_check_numerics`, in turn, in one process that does nothing else.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import tensorflow as tf

import gradcheck

L = tf.keras.layers
STEPS = 12
"""A round takes so many steps of each kind."""
LOOKS, SETTLED = 3, 6
"""The callback looks at the first steps; some more, and `fit` has traced all that it needs."""
RATE = 1e-6
"""So small that no net diverges in hundreds of steps: the numerics checks end the program at a NaN."""


def dense() -> tuple[list[Any], tuple[int, ...]]:
    """A small net."""
    return [L.Dense(64, activation="relu"), L.Dense(64, activation="relu"), L.Dense(1)], (20,)


def conv() -> tuple[list[Any], tuple[int, ...]]:
    """Convolutions over small images."""
    parts = [L.Conv2D(16, 3, activation="relu"), L.BatchNormalization(), L.MaxPooling2D(), L.Conv2D(32, 3)]
    return [*parts, L.GlobalAveragePooling2D(), L.Dense(1)], (32, 32, 3)


def deep() -> tuple[list[Any], tuple[int, ...]]:
    """150 small layers: many operations of which each is cheap."""
    return [*(L.Dense(16, activation="relu") for _ in range(149)), L.Dense(1)], (8,)


def wide() -> tuple[list[Any], tuple[int, ...]]:
    """Few operations of which each is expensive."""
    return [L.Dense(2048), L.Dense(2048), L.Dense(1)], (256,)


MODELS = {make.__name__: make for make in (dense, conv, deep, wide)}


class Net:
    """A model of its own with a batch."""

    def __init__(self, name: str) -> None:
        layers, shape = MODELS[name]()
        self.model = tf.keras.Sequential(layers)
        self.x = tf.constant(np.random.rand(32, *shape).astype("float32"))
        self.y = tf.constant(np.random.rand(32, 1).astype("float32"))
        self.model(self.x)
        self.optimizer = tf.keras.optimizers.SGD(RATE)
        self.model.compile(tf.keras.optimizers.SGD(RATE), "mse")

    def step(self) -> None:
        """One eager step over a tape."""
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.model(self.x, training=True) - self.y) ** 2)
        variables = self.model.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

    def fit(self, *callbacks: Any) -> list[float]:
        """CPU seconds of each step of a `fit`."""
        times = Times()
        data = tf.data.Dataset.from_tensors((self.x, self.y)).repeat(SETTLED + STEPS)
        self.model.fit(data, verbose=0, callbacks=[*callbacks, times])
        return times.each


class Times(tf.keras.callbacks.Callback):
    """Notes how long each step of `fit` took."""

    def __init__(self) -> None:
        super().__init__()
        self.each: list[float] = []
        self._began = 0.0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """A step begins when the last one's callbacks have ended."""
        self._began = time.process_time()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """All callbacks before this one are part of the step."""
        self.each.append(time.process_time() - self._began)


@contextmanager
def checking() -> Iterator[None]:
    """TensorFlow's own checks for NaN and infinity."""
    tf.debugging.enable_check_numerics()
    try:
        yield
    finally:
        tf.debugging.disable_check_numerics()


def eager(name: str, rounds: int) -> dict[str, list[float]]:
    """The median of each round's steps."""
    net = Net(name)
    ways: dict[str, Callable[[], Any]] = {
        "plain": nullcontext,
        "watching": lambda: gradcheck.watching(net.model),
        "numerics": checking,
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, around in ways.items():
            with around():
                net.step()
                times[way].append(statistics.median(_seconds(net.step) for _ in range(STEPS)))
    return times


def fitted(name: str, rounds: int) -> dict[str, list[float]]:
    """The median of each round's steps; of the callback's, those that it looks at and those that it does
    not."""
    times: dict[str, list[float]] = {way: [] for way in ("plain", "looks", "between", "numerics")}
    for _ in range(rounds):
        times["plain"].append(_settled(Net(name).fit()))
        watched = Net(name).fit(gradcheck.callback(on_cut=lambda report: None))
        times["looks"].append(statistics.median(watched[1:LOOKS]))
        times["between"].append(_settled(watched))
        with checking():
            times["numerics"].append(_settled(Net(name).fit()))
    return times


def _settled(each: list[float]) -> float:
    return statistics.median(each[SETTLED:])


def _seconds(step: Callable[[], None]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


if __name__ == "__main__":
    asked, rounds = sys.argv[1], int(sys.argv[2])
    print(json.dumps({"eager": eager(asked, rounds), "fit": fitted(asked, rounds)}))
