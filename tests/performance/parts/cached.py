"""`gradcheck check` over a thousand files that it has seen before, of which one changed or none."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.performance import material
from tests.performance.linters import OURS
from tests.performance.paired import Command, Spent, cpu_ratio, in_turn, memory_ratio
from tests.performance.part import Effort, Result, table

CHECK = (sys.executable, "-m", "gradcheck", "check", "--jobs=1")
ENDINGS = frozenset({0, 1, 2})
"""2: some of these files are too large to be followed in full."""
FEW = 40
INTRODUCTION = """\
`gradcheck check` in one process over a folder of {files:,} files (tf_keras and keras), in proportion to one \
run without a cache.
Memory is the peak, in proportion to that for one file.

"""
ROWS = {
    "cold": "cold",
    "nothing changed": "nothing changed",
    "one file changed": "one file changed",
    "one file alone, without a cache": "one",
    "`gradcheck --version`": "start",
}


def measure(effort: Effort) -> Result:
    """One cold run, then the others in turn."""
    files, rounds = (FEW, 1) if effort.quick else (material.THOUSAND, effort.rounds)
    with TemporaryDirectory() as folder:
        spent = _runs(Path(folder), files, rounds)
    cold, one = spent["cold"], spent["one"]
    rows = [
        (title, cpu_ratio(spent[key], cold), memory_ratio(spent[key], one)) for title, key in ROWS.items()
    ]
    head = ("run", "CPU time", "memory")
    return Result(
        INTRODUCTION.format(files=files) + table(head, rows),
        seconds={key: [run.cpu for run in runs] for key, runs in spent.items()},
    )


def _runs(folder: Path, files: int, rounds: int) -> dict[str, list[Spent]]:
    copied = material.thousand(folder)
    for file in copied[files:]:
        file.unlink()
    cached = Command((*CHECK, "."), folder, endings=ENDINGS)
    cold = Command((*OURS.words, "."), folder, endings=ENDINGS)()
    cached()
    return {"cold": [cold] * rounds} | in_turn(
        {
            "nothing changed": cached,
            "one file changed": lambda: _changed(copied[files // 2], cached),
            "one": Command((*OURS.words, str(copied[files // 2])), folder, endings=ENDINGS),
            "start": Command((sys.executable, "-m", "gradcheck", "--version"), folder),
        },
        rounds,
    )


def _changed(file: Path, command: Command) -> Spent:
    with file.open("a", encoding="utf-8") as text:
        text.write("# changed\n")
    return command()
