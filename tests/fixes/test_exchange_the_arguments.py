"""Two values go where their names say."""

from __future__ import annotations

from fixing import changes

LOSS = """import tensorflow as tf

online = tf.keras.layers.Dense(4)
predictor = tf.keras.layers.Dense(4, name="predictor")
x = tf.random.normal([8, 3])
predictor(online(x))


def distance({parameters}):
    return tf.reduce_mean(tf.square(p - tf.stop_gradient(z)))


with tf.GradientTape() as tape:
    z1, z2 = online(x), online(x + 0.1)
    p1, p2 = predictor(z1), predictor(z2)
    loss = {loss}
gradients = tape.gradient(loss, predictor.trainable_variables)
"""


def _changes(loss: str, parameters: str = "p, z") -> str:
    return changes(LOSS.format(loss=loss, parameters=parameters))


def test_every_call_beside_it() -> None:
    made = _changes("0.5 * distance(z2, p1) + 0.5 * distance(z1, p2)")
    assert made == (
        "-    loss = 0.5 * distance(z2, p1) + 0.5 * distance(z1, p2)\n"
        "+    loss = 0.5 * distance(p1, z2) + 0.5 * distance(p2, z1)\n"
    )


def test_only_those_that_are_exchanged() -> None:
    assert _changes("distance(p1, z2) + distance(p2, z1)") == ""


def test_names_that_say_nothing_are_left() -> None:
    assert "distance(a, b)" not in _changes("distance(z2, p1)", parameters="a, b, p=x, z=x")
