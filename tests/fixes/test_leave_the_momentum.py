"""The momentum of an average is left to the optimizer."""

from __future__ import annotations

from fixing import changes, made_at

from gradcheck.fix.fixes import leave_the_momentum

TEXT = """import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")])
averaged = tf.keras.optimizers.SGD(
    0.1,
    use_ema=True,
    ema_momentum=1.0,
)
model.compile(averaged, "mse")
model.fit(tf.random.normal([8, 4]), tf.random.normal([8, 1]), epochs=2, verbose=0)
"""


def test_on_a_line_of_its_own() -> None:
    assert changes(TEXT) == "-    ema_momentum=1.0,\n"


def test_declines_another_number() -> None:
    assert made_at(leave_the_momentum, "SGD(0.1, use_ema=True, ema_momentum=0.99)", "0.99") is None
    assert made_at(leave_the_momentum, "SGD(0.1, use_ema=True, ema_momentum=one)", "one") is None
