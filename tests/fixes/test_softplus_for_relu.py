"""A relu that is given nothing above zero becomes a softplus."""

from __future__ import annotations

import pytest
from fixing import made_at

from gradcheck.fix.fixes import softplus_for_relu

HEAD = "import tensorflow as tf\nfrom tensorflow import keras\n\ny = "


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tf.nn.relu(x - 3.0)", "tf.nn.softplus(x - 3.0)"),
        ("keras.ops.relu(x)", "keras.ops.softplus(x)"),
        (
            'keras.layers.Dense(1, activation="relu", name="out")',
            'keras.layers.Dense(1, activation="softplus", name="out")',
        ),
    ],
)
def test_softplus_stands_in_its_place(old: str, new: str) -> None:
    assert made_at(softplus_for_relu, f"{HEAD}{old}\n", old) == f"{HEAD}{new}\n"


@pytest.mark.parametrize("line", ["tf.nn.tanh(x)", 'keras.layers.Dense(1, activation="elu")'])
def test_others_stay(line: str) -> None:
    assert made_at(softplus_for_relu, f"{HEAD}{line}\n", line) is None
