"""The tables that are written by hand, and what their examples show under one Keras: run as a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from gradcheck.base.modules import parts
from gradcheck.facts import effects


def tables() -> Iterator[tuple[str, ModuleType]]:
    """Each library whose table is written by hand: those are the ones with examples."""
    for name in parts(effects.__path__):
        table = import_module(f"{effects.__name__}.{name}")
        if hasattr(table, "EXAMPLES"):
            yield name, table


def rows() -> dict[str, str]:
    """The rows of all of them."""
    return {name: row for _, table in tables() for name, row in table.EFFECTS.items()}


def shown(library: str) -> dict[str, str]:
    """What becomes of the gradient in each example of a library: `arrives`, `none` or `zero`."""
    table = import_module(f"{effects.__name__}.{library}")
    return {name: _shown(library, example) for name, example in table.EXAMPLES.items()}


def _shown(library: str, example: str) -> str:
    import tensorflow as tf

    layer = tf.keras.layers.Dense(4)
    with tf.GradientTape() as tape:
        x = layer(tf.random.normal([2, 3, 5]))
        names = {"x": x, "tf": tf, library: import_module(library)}
        made = tf.cast(tf.convert_to_tensor(eval(example, names)), tf.float32)
        loss = tf.reduce_sum(made * tf.random.normal(tf.shape(made)))
    gradient = tape.gradient(loss, layer.trainable_weights[0])
    if gradient is None:
        return "none"
    return "arrives" if tf.reduce_any(gradient != 0) else "zero"


if __name__ == "__main__":
    print(json.dumps(shown(sys.argv[1])))
