"""Measures how the cost of `gradcheck check` grows with the size of one program.

    python tests/benchmark_growth.py [--most EXPONENT] [SHAPE...]

Each shape is a program made of n like parts. Printed is the CPU time for three sizes, the least of some runs,
and the exponent between the first and the last: 1 is in proportion to the size. The exit code is 1 where an
exponent is larger than `--most`.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable

from gradcheck.config.options import Options
from gradcheck.lint import lint_text

HEAD = "import tensorflow as tf\nfrom tensorflow.keras import layers\n"
SIZES = (150, 300, 600)
RUNS = 3
FIT = "model.compile('sgd', 'mse')\nmodel.fit(tf.ones((4, 4)), tf.ones((4, 4)))\n"


def list_of_layers(n: int) -> str:
    """A list that is written out, and a loop over it."""
    parts = "".join(f"            layers.Dense(4, name='d{i}'),\n" for i in range(n))
    return f"""
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [
{parts}        ]

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x
"""


def tapes(n: int) -> str:
    """Tapes, each with a model of its own."""
    step = """
m{i} = layers.Dense(2)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(m{i}(x))
g = tape.gradient(loss, m{i}.trainable_variables)
optimizer.apply_gradients(zip(g, m{i}.trainable_variables))
"""
    head = "optimizer = tf.keras.optimizers.Adam()\nx = tf.ones((4, 3))\n"
    return head + "".join(step.format(i=i) for i in range(n))


def inheritance(n: int) -> str:
    """Classes, each derived from the last."""
    base = "class C0(layers.Layer):\n    def call(self, x):\n        return x\n"
    heir = """
class C{i}(C{above}):
    def __init__(self):
        super().__init__()
        self.d{i} = layers.Dense(3)

    def call(self, x):
        return self.d{i}(super().call(x))
"""
    return base + "".join(heir.format(i=i, above=i - 1) for i in range(1, n))


def functional_chain(n: int) -> str:
    """A functional model of layers in a row."""
    chain = "x = layers.Dense(4)(x)\n" * n
    return f"x = inputs = layers.Input((4,))\n{chain}model = tf.keras.Model(inputs, x)\n{FIT}"


def cases(n: int) -> str:
    """A `match` statement."""
    arms = "".join(f"            case {i}:\n                y = self.d(x)\n" for i in range(n))
    return f"""
class Net(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(3)

    def call(self, x, mode=0):
        match mode:
{arms}        return self.d(x)
"""


def comments(n: int) -> str:
    """Findings, each with a comment that silences it."""
    one = """
class C{i}(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(3,))
        self.v = self.w * 2.0  # gradcheck: ignore[GC101]

    def call(self, x):
        return x * self.v
"""
    return "".join(one.format(i=i) for i in range(n))


def growing_list(n: int) -> str:
    """A list that is added to by making a new one."""
    more = "parts = parts + [layers.Dense(4)]\n" * n
    return f"parts = []\n{more}model = tf.keras.Sequential(parts)\n{FIT}"


def weights(n: int) -> str:
    """Weights of one layer."""
    made = "".join(f"        self.w{i} = self.add_weight(name='w{i}', shape=(3,))\n" for i in range(n))
    used = "".join(f"        x = x * self.w{i}\n" for i in range(n))
    return (
        f"class Net(layers.Layer):\n    def build(self, shape):\n{made}\n"
        f"    def call(self, x):\n{used}        return x\n"
    )


SHAPES: dict[str, Callable[[int], str]] = {
    shape.__name__: shape
    for shape in (
        list_of_layers,
        tapes,
        inheritance,
        functional_chain,
        cases,
        comments,
        growing_list,
        weights,
    )
}


def main() -> int:
    """Measure, print, and say whether every exponent is small enough."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("--most", type=float, default=1.2)
    ask.add_argument("shapes", nargs="*", choices=[*SHAPES, []])
    asked = ask.parse_args()
    _cost(classes_to_warm_up())
    worst = 0.0
    for name in asked.shapes or SHAPES:
        spent = [_cost(HEAD + SHAPES[name](size)) for size in SIZES]
        exponent = math.log(spent[-1] / spent[0]) / math.log(SIZES[-1] / SIZES[0])
        worst = max(worst, exponent)
        print(f"{name:18} {exponent:5.2f}   " + "  ".join(f"{one * 1000:7.0f} ms" for one in spent))
    return int(worst > asked.most)


def classes_to_warm_up() -> str:
    """A program that loads everything a check needs."""
    return HEAD + comments(3)


def _cost(text: str) -> float:
    """CPU seconds of one check, the least of some."""
    return min(_once(text) for _ in range(RUNS))


def _once(text: str) -> float:
    began = time.process_time()
    lint_text("program.py", text, Options(keras="both"))
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
