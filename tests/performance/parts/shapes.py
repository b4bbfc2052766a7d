"""`gradcheck probe --shapes` over models from a million parameters to a hundred billion."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.performance import charts
from tests.performance.fitted import power
from tests.performance.paired import Command, Spent, cpu_ratio, in_turn, memory_ratio
from tests.performance.part import Effort, Result, table

EXPONENTS, FEW = (6, 7, 8, 9, 10, 11), (6, 11)
ENVIRONMENT = {"TF_USE_LEGACY_KERAS": "0", "TF_CPP_MIN_LOG_LEVEL": "3"}
LAYERS = 10
PROGRAM = """\
import numpy as np
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense({width}, use_bias=False) for _ in range({layers})])
model.compile("sgd", "mse")
x = np.zeros((2, {width}), "float32")
model.fit(x, x, verbose=0)
"""
INTRODUCTION = """\
`gradcheck probe --shapes` over nets of {layers} dense layers, in proportion to the smallest: no weight is \
filled.
In 32 bits the weights alone would take what the last column says.

"""


def measure(effort: Effort) -> Result:
    """All sizes in turn."""
    exponents = FEW if effort.quick else EXPONENTS
    with TemporaryDirectory() as folder:
        runs = in_turn({str(one): _command(one, Path(folder)) for one in exponents}, effort.rounds)
    first = runs[str(exponents[0])]
    rows = [_row(one, runs[str(one)], first) for one in exponents]
    costs = {10**one: [spent.cpu for spent in runs[str(one)]] for one in exponents}
    return Result(
        INTRODUCTION.format(layers=LAYERS) + table(("parameters", "CPU time", "memory", "weights"), rows),
        {"parameters": charts.curve("gradcheck probe --shapes", costs, power(costs).exponent)},
        {f"10^{one}": costs[10**one] for one in exponents},
    )


def _command(exponent: int, folder: Path) -> Command:
    width = round(math.sqrt(10**exponent / LAYERS))
    name = f"net{exponent}.py"
    (folder / name).write_text(PROGRAM.format(width=width, layers=LAYERS), encoding="utf-8")
    words = (sys.executable, "-m", "gradcheck", "probe", "--shapes", "--keras", "3", name)
    return Command(words, folder, ENVIRONMENT)


def _row(exponent: int, runs: list[Spent], first: list[Spent]) -> tuple[object, ...]:
    gib = 4 * 10**exponent / 2**30
    size = f"{gib:,.0f} GiB" if gib >= 1 else f"{gib * 1024:,.0f} MiB"
    return f"10^{exponent}", cpu_ratio(runs, first), memory_ratio(runs, first), size
