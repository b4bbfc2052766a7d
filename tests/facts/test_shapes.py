"""What the source tells of the shapes of values."""

from __future__ import annotations

import pytest

from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.program import interpret
from gradcheck.source.discover import SourceFile
from gradcheck.source.parse import Module, parse
from tests.facts.marked import check

HEAD = """
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

x = layers.Input((9, 4))
v = layers.Input((4,))
"""

KNOWN = {
    "x": (None, 9, 4),
    "x[:, 0]": (None, 4),
    "x[:, :1]": (None, None, 4),
    "x[:, tf.newaxis]": (None, 1, 9, 4),
    "x[..., None]": (None, 9, 4, 1),
    "tf.expand_dims(v, 1)": (None, 1, 4),
    "tf.expand_dims(v, -1)": (None, 4, 1),
    "tf.reshape(x, (-1, 1, 36))": (None, 1, 36),
    "tf.reduce_sum(x, axis=1)": (None, 4),
    "tf.reduce_mean(x, axis=-1, keepdims=True)": (None, 9, 1),
    "tf.nn.relu(x) * 2.0": (None, 9, 4),
    "x + tf.ones((9, 1))": (None, 9, 4),
    "x @ tf.ones((4, 1))": (None, 9, 1),
    "tf.concat([x, x], axis=-1)": (None, 9, 8),
    "layers.Dense(1)(x)": (None, 9, 1),
    "layers.Embedding(5, 2)(v)": (None, 4, 2),
    "layers.Reshape((1, 4))(v)": (None, 1, 4),
    "layers.RepeatVector(3)(v)": (None, 3, 4),
    "layers.Flatten()(x)": (None, 36),
    "layers.Conv1D(2, 3)(x)": (None, 7, 2),
    "layers.Conv1D(2, 3, strides=2)(x)": (None, 4, 2),
    "layers.Conv1D(2, [3], 2, 'same')(x)": (None, 5, 2),
    "layers.Conv1D(2, 3, dilation_rate=2)(x)": (None, 5, 2),
    "layers.Conv1D(2, 3, padding='same', dilation_rate=2)(x)": (None, 9, 2),
    "layers.Conv1D(2, 3, padding='causal')(x)": (None, None, 2),
    "layers.Conv1DTranspose(2, 3)(x)": (None, None, 2),
    "layers.MaxPooling1D()(x)": (None, 4, 4),
    "layers.AveragePooling1D(3, 1, 'same')(x)": (None, 9, 4),
    "layers.GlobalMaxPooling1D()(x)": (None, 4),
    "layers.GlobalAveragePooling1D(keepdims=True)(x)": (None, 1, 4),
    "np.random.randn(5, 3).astype('float32')": (5, 3),
    "np.random.default_rng(0).normal(size=(5, 3))": (5, 3),
    "np.random.uniform(0.0, 1.0, (5, 3))": (5, 3),
    "layers.LSTM(3)(x)": (None, 3),
    "layers.GRU(1, return_sequences=True)(x)": (None, 9, 1),
    "layers.Concatenate()([x, x])": (None, 9, 8),
    "layers.Add()([x, x])": (None, 9, 4),
    "layers.MultiHeadAttention(2, 3)(x, x)": (None, 9, 4),
    "layers.Activation('relu')(x)": (None, 9, 4),
    "tf.keras.Model(x, layers.Dense(7)(x))(x)": (None, 9, 7),
}

UNKNOWN = (
    "tf.transpose(x)",
    "layers.Lambda(unknown)(x)",
    "tf.reshape(x, unknown)",
    "tf.expand_dims(x, unknown)",
    "layers.LSTM(3, return_sequences=unknown)(x)",
)


def interpreted(expression: str) -> tuple[Shapes, object]:
    module = parse(SourceFile("program.py", f"{HEAD}y = {expression}\n"))
    assert isinstance(module, Module)
    machine = interpret(module, lambda *_: None).machine
    return Shapes(machine), machine.scope.find("y")


@pytest.mark.parametrize(("expression", "shape"), KNOWN.items(), ids=KNOWN)
def test_known(expression: str, shape: tuple[int | None, ...]) -> None:
    shapes, value = interpreted(expression)
    found = shapes.of(value)  # type: ignore[arg-type]
    assert found.exact
    assert found.front == shape


@pytest.mark.parametrize("expression", UNKNOWN)
def test_unknown(expression: str) -> None:
    shapes, value = interpreted(expression)
    assert not shapes.of(value).exact  # type: ignore[arg-type]


def test_the_last_axis_is_known_where_the_rank_is_not() -> None:
    shapes, value = interpreted("layers.Dense(1)(unknown)")
    found = shapes.of(value)  # type: ignore[arg-type]
    assert found.size(-1) == 1
    assert found.size(1) is None


def test_a_new_axis_is_known_where_the_rank_is_not() -> None:
    shapes, value = interpreted("tf.expand_dims(layers.Dense(3)(unknown), 1)")
    assert shapes.of(value).size(1) == 1  # type: ignore[arg-type]


ONE_STEP = {
    "reshaped": "np.reshape(x, (x.shape[0], 1, x.shape[1]))",
    "reshaped by its method": "x.reshape((-1, 1, 4))",
    "reshaped by its method, length by length": "x.reshape(-1, 1, 4)",
    "given another axis": "np.expand_dims(x, axis=1)",
    "indexed": "x[:, np.newaxis, :]",
}


@pytest.mark.parametrize("made", ONE_STEP.values(), ids=ONE_STEP)
def test_what_an_array_was_given_as_its_shape(made: str) -> None:
    check(ARRAY.format(made=made, mark="  # warning: recurrent_kernel"), "GC703")


@pytest.mark.parametrize("made", ["np.reshape(x, (-1, 4, 1))", "x[:, :, None]", "x[:, :1]"])
def test_an_array_of_several_steps(made: str) -> None:
    check(ARRAY.format(made=made, mark=""), "")


ARRAY = """
import numpy as np

x = np.random.rand(8, 4)
steps = {made}
model = tf.keras.Sequential(
    [
        layers.Input(shape=(steps.shape[1], steps.shape[2])),
        layers.LSTM(4),{mark}
        layers.Dense(1),
    ]
)
model.compile("sgd", "mse")
model.fit(steps, np.zeros([8, 1]))
"""
