"""One of two factors starts away from zero."""

from __future__ import annotations

from fixing import each_changes
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

test_changes = each_changes(MADE, with_weights)
