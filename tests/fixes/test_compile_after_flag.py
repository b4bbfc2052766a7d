"""Flags are set before `compile()`."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import compile_after_flag


def program(lines: str, before: str = "", optimizer: str = '"sgd"') -> str:
    """A model of a part that is switched off, and what follows once it is compiled."""
    return f"""import tensorflow as tf

{before}encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile({optimizer}, "mse")
{lines}
"""


FIT = "model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)"


def test_the_flag_moves():
    text = program(f"\n# now all of it\nencoder.trainable = True\n{FIT}")
    assert (
        changes(text)
        == """-model.compile("sgd", "mse")
-
+model.compile("sgd", "mse")
"""
    )


def test_behind_all_flags():
    lines = f"{FIT}\nencoder.trainable = True\nmodel.layers[-1].trainable = False\n{FIT}"
    text = program(lines)
    assert (
        changes(text)
        == """+model.compile("sgd", "mse")
"""
    )


def test_declines_an_optimizer_that_has_trained():
    before = "optimizer = tf.keras.optimizers.SGD(0.1)\n"
    text = program(f"{FIT}\nencoder.trainable = True\n{FIT}", before, "optimizer")
    assert offered(compile_after_flag, text) == [None] * 1


def test_behind_the_call_of_a_function_that_sets_the_flag():
    before = "\ndef unfreeze(part):\n    part.trainable = True\n\n\n"
    text = program(f"{FIT}\nunfreeze(encoder)\n{FIT}", before)
    assert (
        changes(text)
        == """+model.compile("sgd", "mse")
"""
    )
