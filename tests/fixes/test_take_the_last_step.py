"""The last step of a recurrent layer is taken."""

from __future__ import annotations

from fixing import each_changes, offered

from gradcheck.fix.fixes import take_the_last_step

TEXT = """import tensorflow as tf

inputs = tf.keras.Input([6, 3])
rnn = tf.keras.layers.GRU(4, return_sequences=True, name="rnn")
{}
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(last))
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 6, 3]), tf.ones([8, 1]), verbose=0)
"""
MADE = {
    "of_a_name": (
        "states = rnn(inputs)\nlast = states[:, 0]",
        "-last = states[:, 0]\n+last = states[:, -1]\n",
    ),
    "of_the_call": (
        "last = rnn(inputs)[:, 0, :]",
        "-last = rnn(inputs)[:, 0, :]\n+last = rnn(inputs)[:, -1, :]\n",
    ),
}


def test_the_first_step_as_a_sequence_is_left() -> None:
    text = TEXT.format("last = tf.keras.layers.Flatten()(rnn(inputs)[:, :1])")
    assert {*offered(take_the_last_step, text)} <= {None}


test_changes = each_changes(MADE, TEXT.format)
