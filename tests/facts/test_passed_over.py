"""Lists of layers of which a loop does not take every element."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

STACK = """
class Stack(layers.Layer):
    def __init__(self, depth=3):
        super().__init__()
        self.blocks = [layers.Dense(3) for _ in range(depth)]
"""
"""Layers of which nobody says how many there are."""

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
    "a return inside the loop, of layers that `build` builds": STACK
    + """
    def build(self, shape):
        for block in self.blocks:
            block.build(shape)
            shape = block.compute_output_shape(shape)

    def call(self, x):
        for block in self.blocks:
            x = x + block(x)
            return x  # error: self.blocks[1:]
""",
    "a break that no test guards, by place": """
class Stack(layers.Layer):
    def __init__(self, depth=2):
        super().__init__()
        self.depth = depth
        self.blocks = [layers.Dense(3) for _ in range(depth)]

    def call(self, x):
        for place in range(self.depth):
            x = x + self.blocks[place](x)
            break  # error: self.blocks[1]
        return x
""",
    "two lists side by side, and both arms leave": """
class Stack(layers.Layer):
    def __init__(self, depth=2):
        super().__init__()
        self.blocks = [layers.Dense(3) for _ in range(depth)]
        self.norms = [layers.LayerNormalization() for _ in range(depth)]

    def call(self, x, short=False):
        for block, norm in zip(self.blocks, self.norms):
            x = norm(block(x))
            if short:
                break
            else:
                return x  # error: self.blocks[1], self.norms[1]
        return x
""",
    "behind the first, which is called before": """
class Stack(layers.Layer):
    def __init__(self, depth=4):
        super().__init__()
        self.blocks = [layers.Dense(3) for _ in range(depth)]

    def call(self, x):
        h = self.blocks[0](x)
        for block in self.blocks[1:]:
            h = h + block(h)
            return h  # error: self.blocks[2:]
""",
    "the values of a dict": """
class Heads(layers.Layer):
    def __init__(self):
        super().__init__()
        self.heads = {"a": layers.Dense(3), "b": layers.Dense(3)}

    def build(self, shape):
        for head in self.heads.values():
            head.build(shape)

    def call(self, x):
        for name, head in self.heads.items():
            return head(x)  # error: self.heads['b']
""",
    "a function that goes through what it is handed": """
def run(blocks, x):
    for block in blocks:
        x = block(x)
        return x  # error: blocks[1:]


stack = [layers.Dense(3) for _ in range(3)]
for block in stack:
    block.build((None, 3))
x = tf.random.normal([8, 3])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(run(stack, x)))
    tape.gradient(loss, [weight for block in stack for weight in block.trainable_weights])
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
    "the others are called behind the loop": STACK
    + """
    def call(self, x):
        for block in self.blocks:
            x = block(x)
            break
        for block in self.blocks[1:]:
            x = x + block(x)
        return x
""",
    "a break of the loop inside": STACK
    + """
    def call(self, x):
        for block in self.blocks:
            for _ in range(2):
                x = block(x)
                break
        return x
""",
    "a look at the first one": STACK
    + """
    def width(self):
        for block in self.blocks:
            return block.units

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return x
""",
    "all of them where it is not the short way": STACK
    + """
    def call(self, x, short=False):
        if short:
            for block in self.blocks:
                return block(x)
        for block in self.blocks:
            x = block(x)
        return x
""",
    "the next one where one raises": STACK
    + """
    def call(self, x):
        for block in self.blocks:
            try:
                return block(x)
            except ValueError:
                pass
        return x
""",
}


@pytest.mark.parametrize("program", BUGS.values(), ids=BUGS)
def test_rest_of_the_list_is_never_called(program: str) -> None:
    check(program, "GC502")


@pytest.mark.parametrize("program", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")
