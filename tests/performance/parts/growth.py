"""How the cost of a check grows with the size of one program, for every shape of program."""

from __future__ import annotations

import ast
import gc
import time
from collections.abc import Callable

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from tests.performance import charts
from tests.performance.fitted import Power, power
from tests.performance.growing import HEAD, SHAPES, comments
from tests.performance.paired import Ratio, ratio
from tests.performance.part import Effort, Result, table

SIZES, FEW = (100, 200, 400, 800), (50, 100, 200)
MOST = 1.2
"""The exponent that growth in proportion may seem to have."""
INTRODUCTION = """\
`gradcheck check --keras both` of one program of n like parts, in a process that has already checked another.
The exponent is fitted to the least CPU time at n = {sizes}; in brackets, single rounds.
The last column is the time at the largest n in proportion to `ast.parse` of the same text.

"""


def measure(effort: Effort) -> Result:
    """Every shape in turn, all sizes in each round."""
    sizes = FEW if effort.quick else SIZES
    _check(HEAD + comments(3))
    costs = {name: _costs(shape, sizes, effort.rounds) for name, shape in SHAPES.items()}
    fits = {name: power(points) for name, points in costs.items()}
    rows = [_row(name, fits[name], costs[name], sizes[-1]) for name in SHAPES]
    text = INTRODUCTION.format(sizes=", ".join(map(str, sizes)))
    return Result(
        text + table(("shape", "exponent", "x `ast.parse`"), rows),
        {name: charts.curve(_title(name), costs[name], fits[name].exponent) for name in SHAPES},
        {f"{name} {n}": costs[name][n] for name in SHAPES for n in sizes},
        tuple(f"{name} grows by a power of {fit}" for name, fit in fits.items() if fit.exponent > MOST),
    )


def _costs(shape: Callable[[int], str], sizes: tuple[int, ...], rounds: int) -> dict[int, list[float]]:
    """CPU seconds by size, one number a round; every second round begins with the largest."""
    texts = {n: HEAD + shape(n) for n in sizes}
    costs: dict[int, list[float]] = {n: [] for n in sizes}
    for number in range(rounds):
        for n in sizes if number % 2 == 0 else reversed(sizes):
            costs[n].append(_seconds(_check, texts[n]))
    return costs


def _check(text: str) -> None:
    lint_text("program.py", text, Options(keras="both"))


def _seconds(act: Callable[[str], object], text: str) -> float:
    # As in the command, what was there before need not be looked through for garbage.
    gc.collect()
    gc.freeze()
    began = time.process_time()
    act(text)
    return time.process_time() - began


def _row(name: str, fit: Power, points: dict[int, list[float]], largest: int) -> tuple[object, ...]:
    return f"{_title(name)} (`{name}`)", fit, _beside_parsing(name, points[largest], largest)


def _beside_parsing(name: str, costs: list[float], size: int) -> Ratio:
    text = HEAD + SHAPES[name](size)
    return ratio(costs, [_seconds(ast.parse, text) for _ in costs])


def _title(name: str) -> str:
    return (SHAPES[name].__doc__ or name).partition(".")[0]
