"""A recurrent layer starts from the state that its function is handed."""

from __future__ import annotations

import pytest
from fixing import changes, made_at

from gradcheck.fix.fixes import start_from_the_state

DECODER = """\
class Decoder(Layer):
    def call(self, x, {parameters}):
        x, h, c = {call}
        return x, {returned}
"""


def made(parameters: str, call: str = "self.rnn(x)", returned: str = "[h, c]") -> str | None:
    text = DECODER.format(parameters=parameters, call=call, returned=returned)
    after = made_at(start_from_the_state, text, call)
    return after and after.splitlines()[2].strip()


@pytest.mark.parametrize("name", ["states", "hidden", "initial_state"])
def test_hands_the_state_on(name: str) -> None:
    assert made(f"{name}=None") == f"x, h, c = self.rnn(x, initial_state={name})"


@pytest.mark.parametrize(
    ("parameters", "call", "returned"),
    [
        ("mask", "self.rnn(x)", "[h, c]"),
        ("states", "self.rnn(x)", "states"),
        ("states", "self.rnn(x, mask=None)", "[h, c]"),
        ("states, memory", "self.rnn(x)", "[h, c]"),
    ],
)
def test_declines(parameters: str, call: str, returned: str) -> None:
    assert made(parameters, call, returned) is None


def test_a_state_that_attention_reads_too() -> None:
    text = """\
def call(self, x, hidden):
    x = self.attend(x, hidden)
    y, state = self.rnn(x)
    return y, state
"""
    for more in ("", ", memory"):
        given = text.replace("hidden)", f"hidden{more})")
        after = made_at(start_from_the_state, given, "self.rnn(x)")
        assert after and "y, state = self.rnn(x, initial_state=hidden)\n" in after
    given = text.replace("hidden):", "hidden, state):").replace("(x, hidden)", "(x, hidden, state)")
    assert made_at(start_from_the_state, given, "self.rnn(x)") is None


@pytest.mark.parametrize(("line", "last"), [("y = self.rnn(x)", "y"), ("y, state = self.rnn(x)", "y")])
def test_declines_where_no_state_is_handed_on(line: str, last: str) -> None:
    text = f"def call(self, x, hidden):\n    x = self.attend(x, hidden)\n    {line}\n    return {last}\n"
    assert made_at(start_from_the_state, text, "self.rnn(x)") is None


SEQUENCES = """import tensorflow as tf
from tensorflow.keras import layers

source, target = tf.keras.Input([5, 3]), tf.keras.Input([6, 3])
_, h, c = layers.LSTM(4, return_state=True, name="encoder")(source)
states = [h, c]
{}
model = tf.keras.Model([source, target], layers.Dense(1)(y))
model.compile("sgd", "mse")
model.fit([tf.ones([8, 5, 3]), tf.ones([8, 6, 3])], tf.ones([8, 6, 1]), verbose=0)
"""


@pytest.mark.parametrize(
    ("lines", "before", "after"),
    [
        (
            "decoder = layers.LSTM(4, return_sequences=True, return_state=True)\ny, _, _ = decoder(target)",
            "y, _, _ = decoder(target)",
            "y, _, _ = decoder(target, initial_state=states)",
        ),
        (
            "y = layers.LSTM(4, return_sequences=True)(target)",
            "y = layers.LSTM(4, return_sequences=True)(target)",
            "y = layers.LSTM(4, return_sequences=True)(target, initial_state=states)",
        ),
    ],
)
def test_a_decoder_starts_from_the_states_of_the_encoder(lines: str, before: str, after: str) -> None:
    assert changes(SEQUENCES.format(lines)) == f"-{before}\n+{after}\n"
