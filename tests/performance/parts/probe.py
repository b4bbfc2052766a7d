"""`gradcheck program.py` beside `python program.py`, each as a whole: time and memory."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.performance import charts
from tests.performance.paired import Command, Spent, cpu_ratio, in_turn, memory_ratio
from tests.performance.part import Effort, Result, table
from tests.performance.programs import CLEAN, CUT

ENVIRONMENT = {"TF_USE_LEGACY_KERAS": "0", "TF_CPP_MIN_LOG_LEVEL": "3"}
KERAS = ("--keras", "3")
FIX = "with a fix tried"
FEW = ("dense", "loop", "dense-cut")
INTRODUCTION = """\
`gradcheck program.py`, both halves, under Keras 3 (or both), in proportion to `python program.py`.
Memory is the peak of the largest process.
A program that loses a gradient runs once more to be explained, and once more for each fix that is tried \
(`--unsafe-fixes --diff`).
A program whose training is cut short may cost less than by itself.

"""


def measure(effort: Effort) -> Result:
    """All programs, one after the other, the ways to run one in turn."""
    programs = {**CLEAN, **CUT}
    names = FEW if effort.quick else tuple(programs)
    spent = {name: _ways(name, programs[name], effort.rounds) for name in names}
    return Result(
        INTRODUCTION
        + table(("program", "`gradcheck`", "`--keras both`", FIX, "memory"), map(_row, spent.items())),
        {"programs": _chart(spent)},
        {
            f"{name}, {way}": [one.cpu for one in runs]
            for name, by in spent.items()
            for way, runs in by.items()
        },
    )


def _ways(name: str, source: str, rounds: int) -> dict[str, list[Spent]]:
    with TemporaryDirectory() as text:
        folder = Path(text)
        (folder / "program.py").write_text(source, encoding="utf-8")
        ways = {
            "bare": (sys.executable, "program.py"),
            "once": _ours(*KERAS),
            "both": _ours("--keras", "both"),
        }
        if name in CUT:
            ways[FIX] = _ours(*KERAS, "--unsafe-fixes", "--diff")
        return in_turn({way: Command(words, folder, ENVIRONMENT) for way, words in ways.items()}, rounds)


def _ours(*flags: str) -> tuple[str, ...]:
    return sys.executable, "-m", "gradcheck", "program.py", "--no-cache", *flags


def _row(named: tuple[str, Mapping[str, list[Spent]]]) -> tuple[object, ...]:
    name, by = named
    bare = by["bare"]
    fixed = cpu_ratio(by[FIX], bare) if FIX in by else ""
    return (
        name,
        cpu_ratio(by["once"], bare),
        cpu_ratio(by["both"], bare),
        fixed,
        memory_ratio(by["once"], bare),
    )


def _chart(spent: Mapping[str, Mapping[str, list[Spent]]]) -> str:
    heights = {name: cpu_ratio(by["once"], by["bare"]).middle for name, by in spent.items()}
    return charts.bars("gradcheck program.py", "CPU time, in proportion to the bare program's", heights)
