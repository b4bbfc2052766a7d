"""Functions that a loop makes, and that all read the weight of its last round."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

LAYER = """
class Readout(tf.keras.layers.Layer):
    def __init__(self, levels):
        super().__init__()
        self.levels = levels

    def build(self, input_shape):
        self.maps = []
        for level in self.levels:
            kernel = self.add_weight(name=f"kernel_{level}", shape=(3, 1))
            %s
        super().build(input_shape)

    def call(self, h):
        return tf.concat([apply(h) for apply in self.maps], axis=-1)


model = tf.keras.Sequential([tf.keras.Input([3]), Readout(["low", "high"])])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 2]))
"""
MADE = {
    "a lambda": "self.maps.append(lambda h: tf.matmul(h, kernel))  # warning: kernel",
    "bound where it is made": "self.maps.append(lambda h, kernel=kernel: tf.matmul(h, kernel))",
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_weights_of_a_round(made: str) -> None:
    check(LAYER % made, "GC501")
