"""Lists of layers of which a loop does not take every element."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

BUGS = {
    "zipped with a shorter list": """
class Tower(tf.keras.Model):
    def __init__(self, depth=4):
        super().__init__()
        self.convs = [layers.Dense(3) for _ in range(depth)]
        self.norms = [layers.LayerNormalization() for _ in range(depth - 1)]

    def call(self, x):
        for conv, norm in zip(self.convs, self.norms):  # error: self.convs[3]
            x = norm(conv(x))
        return x
""",
    "written out, and two too many": """
class Tower(tf.keras.Model):
    def __init__(self, sizes=(3, 3, 3)):
        super().__init__()
        self.denses = [layers.Dense(size) for size in sizes]
        self.drops = [layers.Dropout(0.1)]

    def call(self, x):
        for number, (dense, drop) in enumerate(zip(self.denses, self.drops)):  # error: self.denses[1:]
            x = drop(dense(x))
        return x
""",
    "a return inside the loop": """
class Stack(layers.Layer):
    def __init__(self, depth=2):
        super().__init__()
        self.blocks = [layers.Dense(3) for _ in range(depth)]

    def call(self, x):
        for block in self.blocks:
            x = x + block(x)
            return x  # error: self.blocks[1]
""",
    "a return inside the loop, of who knows how many": """
class Stack(layers.Layer):
    def __init__(self, depth):
        super().__init__()
        self.blocks = [layers.Dense(3) for _ in range(depth)]

    def call(self, x):
        for number, block in enumerate(self.blocks):
            x = x + block(x)
            return x  # warning: self.blocks[1:]
""",
}

LOOK_ALIKES = {
    "the last one after the loop": """
class Tower(tf.keras.Model):
    def __init__(self, depth=4):
        super().__init__()
        self.convs = [layers.Dense(3) for _ in range(depth)]
        self.drops = [layers.Dropout(0.1) for _ in range(depth - 1)]

    def call(self, x):
        for conv, drop in zip(self.convs, self.drops):
            x = drop(conv(x))
        return self.convs[-1](x)
""",
    "one more was appended": """
class Tower(tf.keras.Model):
    def __init__(self, depth=4):
        super().__init__()
        self.convs = [layers.Dense(3) for _ in range(depth)]
        self.norms = [layers.LayerNormalization() for _ in range(depth - 1)]
        self.norms.append(layers.Dropout(0.1))

    def call(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = norm(conv(x))
        return x
""",
    "a condition returns": """
class Stack(layers.Layer):
    def __init__(self, depth=2):
        super().__init__()
        self.blocks = [layers.Dense(3) for _ in range(depth)]

    def call(self, x, early=False):
        for block in self.blocks:
            x = x + block(x)
            if early:
                return x
        return x
""",
    "the first that fits": """
class Stack(layers.Layer):
    def __init__(self):
        super().__init__()
        self.blocks = [layers.Dense(3), layers.Dense(4)]

    def call(self, x):
        for block in self.blocks:
            if block.units != x.shape[-1]:
                continue
            return block(x)
""",
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_rest_of_the_list_is_never_called(program: str) -> None:
    check(program, "GC502")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")
