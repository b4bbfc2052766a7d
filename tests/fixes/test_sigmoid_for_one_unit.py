"""One unit gets a sigmoid."""

from __future__ import annotations

import pytest
from fixing import changes, offered
from programs import in_sequence

from gradcheck.fixes import sigmoid_for_one_unit

MADE = {
    "a_word": (
        'tf.keras.layers.Dense(1, activation="softmax", name="out")',
        (
            '-        tf.keras.layers.Dense(1, activation="softmax", name="out"),\n'
            '+        tf.keras.layers.Dense(1, activation="sigmoid", name="out"),\n'
        ),
    ),
    "a_function": (
        "tf.keras.layers.Dense(units=1, activation=tf.nn.softmax)",
        (
            "-        tf.keras.layers.Dense(units=1, activation=tf.nn.softmax),\n"
            "+        tf.keras.layers.Dense(units=1, activation=tf.nn.sigmoid),\n"
        ),
    ),
    "an_activation": (
        ("tf.keras.layers.Dense(1),\ntf.keras.layers.Activation(tf.keras.activations.softmax)"),
        (
            "-        tf.keras.layers.Activation(tf.keras.activations.softmax),\n"
            "+        tf.keras.layers.Activation(tf.keras.activations.sigmoid),\n"
        ),
    ),
    "a_layer": (
        ('tf.keras.layers.Dense(1),\ntf.keras.layers.Softmax(name="p")'),
        (
            '-        tf.keras.layers.Softmax(name="p"),\n'
            '+        tf.keras.layers.Activation("sigmoid", name="p"),\n'
        ),
    ),
    "a_lambda": (
        ("tf.keras.layers.Dense(1),\ntf.keras.layers.Lambda(lambda t: tf.nn.softmax(t, axis=-1))"),
        (
            "-        tf.keras.layers.Lambda(lambda t: tf.nn.softmax(t, axis=-1)),\n"
            "+        tf.keras.layers.Lambda(lambda t: tf.nn.sigmoid(t)),\n"
        ),
    ),
}

DECLINED = {
    "a_normalisation": ("tf.keras.layers.Dense(1),\ntf.keras.layers.LayerNormalization()"),
}


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(in_sequence(body)) == made


@pytest.mark.parametrize("body", DECLINED.values(), ids=[*DECLINED])
def test_declines(body: str) -> None:
    found = offered(sigmoid_for_one_unit, in_sequence(body))
    assert found and not any(found)
