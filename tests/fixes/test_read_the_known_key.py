"""A rate is read under the key that it has."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import read_the_known_key

TEXT = """import tensorflow as tf

{}


def compiled(settings):
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")])
    model.compile(tf.keras.optimizers.SGD(settings.get('lr', 0.0)), "mse")
    return model


model = compiled(SETTINGS)
model.fit(tf.random.normal([8, 4]), tf.random.normal([8, 1]), verbose=0)
"""
LINE = "    model.compile(tf.keras.optimizers.SGD(settings.get('{}', 0.0)), \"mse\")\n"


def _becomes(key: str) -> str:
    return f"-{LINE.format('lr')}+{LINE.format(key)}"


MADE = {
    "handed_over": ('SETTINGS = {"learning_rate": 0.1, "units": 3}', _becomes("learning_rate")),
    "spelt_shorter": ('SETTINGS = {"rate": 0.1}', _becomes("rate")),
}
DECLINED = {
    "two_rates": 'SETTINGS = {"learning_rate": 0.1, "base_lr": 0.2}',
    "none": 'SETTINGS = {"units": 3}',
}

test_changes = each_changes(MADE, lambda line: TEXT.replace("{}", line))
test_declines = each_is_declined(read_the_known_key, DECLINED, lambda line: TEXT.replace("{}", line))
