"""The last states of a bidirectional layer in place of its last step."""

from __future__ import annotations

import pytest
from fixing import offered

from gradcheck.fix.fixes import take_the_last_states

TEXT = """import tensorflow as tf

layers = tf.keras.layers
steps = tf.keras.Input([6, 3])
x = layers.Dense(3)(steps)
x = layers.Bidirectional(layers.GRU(4, return_sequences=True), name="both")(x)
{taken}
model = tf.keras.Model(steps, {outputs})
model.compile("sgd", "mse")
model.fit(tf.ones([8, 6, 3]), tf.ones([8, 1]), verbose=0)
"""


@pytest.mark.parametrize(
    ("taken", "replaced"),
    [
        ("last = x[:, -1]", "last = x"),
        ("last = x[:, -1, :]", "last = x"),
        ("last = layers.Lambda(lambda h: h[:, -1, :])(x)", "last = x"),
    ],
)
def test_by_itself_or_in_a_layer(taken: str, replaced: str) -> None:
    text = TEXT.format(taken=taken, outputs="layers.Dense(1)(last)")
    expected = text.replace(taken, replaced).replace("layers.GRU(4, return_sequences=True)", "layers.GRU(4)")
    assert offered(take_the_last_states, text) == [expected]


def test_not_where_the_sequence_is_looked_at_besides() -> None:
    text = TEXT.format(taken="last = x[:, -1]\nprint(x.shape)", outputs="layers.Dense(1)(last)")
    assert offered(take_the_last_states, text) == [None]
