"""One of two factors starts away from zero."""

from __future__ import annotations

import pytest
from fixing import changes
from programs import with_weights

MADE = {
    "two_weights": (
        "return x @ (self.a @ self.b)",
        (
            '-        self.a = self.add_weight(name="a", shape=[3, 3], initializer="zeros")\n'
            '+        self.a = self.add_weight(name="a", shape=[3, 3], initializer="glorot_uniform")\n'
        ),
    ),
}


@pytest.mark.parametrize(("body", "made"), MADE.values(), ids=[*MADE])
def test_changes(body: str, made: str) -> None:
    assert changes(with_weights(body)) == made
