"""One training step with gradcheck beside the same step alone, and beside TensorFlow's numerics checks."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.cases import FIXTURES
from tests.performance.paired import ratio
from tests.performance.part import Effort, Result, table

MODELS = {
    "dense": "3 dense layers",
    "conv": "2 convolutions",
    "deep": "150 dense layers",
    "wide": "2 dense layers of 2,048",
}
ENVIRONMENT = {"TF_USE_LEGACY_KERAS": "0", "TF_CPP_MIN_LOG_LEVEL": "3"}
Times = dict[str, dict[str, list[float]]]
INTRODUCTION = """\
CPU time of a step, in proportion to the same step alone, under Keras 3.
An eager loop over a tape: in `with gradcheck.watching(model)`, which looks at every step; with \
`tf.debugging.enable_check_numerics()`.
`fit`: a step that `gradcheck.callback()` looks at (the first three, and every n-th), a later one; with the \
numerics checks.
A look reads every variable and says what became of its gradient, whatever the step itself costs: it weighs \
most where many layers are small.

"""
HEAD = ("model", "eager, watched", "eager, numerics", "`fit`, looked at", "`fit`, later", "`fit`, numerics")


def measure(effort: Effort) -> Result:
    """Every model in a process of its own."""
    names = list(MODELS)[:1] if effort.quick else list(MODELS)
    times = {name: _times(name, effort.rounds) for name in names}
    return Result(
        INTRODUCTION + table(HEAD, [_row(name, one) for name, one in times.items()]),
        seconds={
            f"{name}, {way}, {what}": each
            for name, ways in times.items()
            for way, by in ways.items()
            for what, each in by.items()
        },
    )


def _times(name: str, rounds: int) -> Times:
    command = [sys.executable, "-m", "tests.performance.stepping", name, str(rounds)]
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=FIXTURES.parent, env=environment
    )
    times: Times = json.loads(done.stdout.splitlines()[-1])
    return times


def _row(name: str, times: Times) -> tuple[object, ...]:
    ways = (
        ("eager", "watching"),
        ("eager", "numerics"),
        ("fit", "looks"),
        ("fit", "between"),
        ("fit", "numerics"),
    )
    return MODELS[name], *(ratio(times[way][what], times[way]["plain"]) for way, what in ways)
