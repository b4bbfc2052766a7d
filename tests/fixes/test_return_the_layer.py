"""A layer is returned, not a function that calls it."""

from __future__ import annotations

from fixing import each_changes, offered

from gradcheck.fix.fixes import return_the_layer

TEXT = """import keras
from keras import layers


def learned(units):
    act = layers.PReLU(name="act")
    act.build((None, units))
    return {}


model = keras.Sequential([layers.Dense(4, activation=learned(4)), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(keras.random.normal([8, 3]), keras.random.normal([8, 1]), verbose=0)
"""
MADE = {"a_lambda": ("lambda x: act(x)", "-    return lambda x: act(x)\n+    return act\n")}


def test_declines_what_does_more() -> None:
    assert {*offered(return_the_layer, TEXT.format("lambda x: 2.0 * act(x)"))} <= {None}
    assert {*offered(return_the_layer, TEXT.format("lambda x: act(-x)"))} <= {None}


test_changes = each_changes(MADE, TEXT.format)
