"""What a class does when it is asked for something else than its defaults."""

from __future__ import annotations

import pytest

from tests.facts.marked import check
from tests.facts.test_fates import fates

CLASS = """
class Cross(layers.Layer):
    def __init__(self, rank=None, gate=False, mode="sum", **kwargs):
        super().__init__(**kwargs)
        self._rank = rank
        self._gate = gate
        self.mode = mode

    def build(self, shape):
        width = shape[-1]
        if self._rank is None:
            self.full = layers.Dense(width)
        else:
            self.narrow = layers.Dense(self._rank)
            self.wide = layers.Dense(width)
        if self._gate:
            self.gain = self.add_weight(name="gain", shape=[width])
        if self.mode == "attention":
            self.score = layers.Dense(1)

    def call(self, x):
        if self._rank is None:
            y = self.full(x)
        else:
            y = {low_rank}
        if self._gate:
            y = y * {gated}
        if self.mode == "attention":
            y = y * {scored}
        return x + y
"""
GOOD = {
    "low_rank": "self.wide(self.narrow(x))",
    "gated": "tf.sigmoid(self.gain)",
    "scored": "tf.nn.tanh(self.score(x))",
}


def program(**changed: str) -> str:
    text = CLASS
    for name, code in {**GOOD, **changed}.items():
        text = text.replace(f"{{{name}}}", code)
    return text


def test_every_weight_has_a_fate():
    assert set(fates(program()).values()) == {"reaches"}


@pytest.mark.parametrize(
    ("part", "code", "line", "rule", "name"),
    [
        ("low_rank", "self.wide(x)", "self.narrow = ", "GC502", "narrow"),
        ("low_rank", "self.wide(tf.round(self.narrow(x)))", "y = self.wide", "GC301", "narrow"),
        ("gated", "tf.round(self.gain)", "y = y * tf.round", "GC301", "gain"),
        ("scored", "tf.stop_gradient(self.score(x))", "y = y * tf.stop", "GC304", "score"),
    ],
)
def test_a_fault_behind_an_argument(part, code, line, rule, name):
    word = "warning" if rule == "GC304" else "error"
    lines = [
        f"{one}  # {word}: {name}" if one.strip().startswith(line) else one
        for one in program(**{part: code}).splitlines()
    ]
    check("\n".join(lines), rule)


def test_an_argument_that_takes_something_away_is_no_fault():
    check(
        """
class Net(tf.keras.Model):
    def __init__(self, skip=False, frozen=False):
        super().__init__()
        self.skip, self.frozen = skip, frozen
        self.body = layers.Dense(4)
        if skip:
            self.shortcut = layers.Dense(4)

    def call(self, x):
        y = self.body(x)
        if self.frozen:
            y = tf.stop_gradient(y)
        if self.skip:
            y = y + self.shortcut(x)
        return y
""",
        "",
    )
