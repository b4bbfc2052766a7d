"""`gradcheck check` beside other linters, each as a whole process, and beside itself with a cache."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.performance import charts, material
from tests.performance.linters import OURS, Linter, here
from tests.performance.paired import Command, Spent, cpu_ratio, in_turn, memory_ratio
from tests.performance.part import Effort, Result, table

CACHED = (sys.executable, "-m", "gradcheck", "check")
BESIDE_OTHERS = """\
CPU time of `gradcheck check --no-cache` in proportion to each of the others over the same files, all in one \
process: smaller is faster.
One file has {small} lines and no finding, started cold; the one with findings has {cut}, and what repairs \
them is looked for, too; the layers are those of Keras ({layers} files, of which \
{some} for what takes minutes over all); the transformers are {transformers} files of {lines} lines together \
(transformers {version}: {families}).

"""
BESIDE_ITSELF = """
`gradcheck check` over a folder of {files} files (tf_keras and keras), beside a run without a cache over the \
same files:

"""


@dataclass(frozen=True)
class Files:
    """Some files, and whether slow linters are run over them, too."""

    title: str
    paths: Sequence[Path]
    slow: bool = True


def measure(effort: Effort) -> Result:
    """The table against others, the one against itself, a chart of the first."""
    linters, cases = list(here()), _cases(effort)
    spent = {case.title: _over(case, linters, effort.rounds) for case in cases}
    again = _again(1 if effort.quick else effort.rounds, 40 if effort.quick else material.THOUSAND)
    return Result(
        _introduction() + _beside_others(linters, spent) + _beside_itself(again),
        {"layers": _chart(linters, spent)},
        {f"{title}, {name}": _cpu(runs) for title, by in spent.items() for name, runs in by.items()}
        | {f"cached, {name}": _cpu(runs) for name, runs in again.runs.items()},
    )


def _cases(effort: Effort) -> list[Files]:
    small, cut = Files("one file", [material.SMALL]), Files("one with findings", [material.CUT])
    some = Files("some layers", material.some_layers())
    transformers = Files("transformers", material.transformers(), slow=False)
    if effort.quick:
        return [small, cut, Files("some layers", material.some_layers()[:4])]
    return [small, cut, some, Files("all layers", material.layers(), slow=False), transformers]


def _over(case: Files, linters: Sequence[Linter], rounds: int) -> dict[str, list[Spent]]:
    """What gradcheck and the linters spend on some files."""
    with TemporaryDirectory() as folder:
        asked = [OURS, *(one for one in linters if case.slow or not one.slow)]
        return in_turn({one.title: one.command(case.paths, Path(folder)) for one in asked}, rounds)


def _introduction() -> str:
    transformers = material.transformers()
    return BESIDE_OTHERS.format(
        small=_lines([material.SMALL]),
        cut=_lines([material.CUT]),
        layers=len(material.layers()),
        some=len(material.some_layers()),
        transformers=len(transformers),
        lines=f"{_lines(transformers):,}",
        version=material.TRANSFORMERS.version,
        families=", ".join(material.FAMILIES),
    )


def _lines(paths: Sequence[Path]) -> int:
    return sum(path.read_text(encoding="utf-8").count("\n") for path in paths)


def _beside_others(linters: Sequence[Linter], spent: Mapping[str, Mapping[str, Sequence[Spent]]]) -> str:
    rows = [
        (
            one.name,
            *(cpu_ratio(by[OURS.title], by[one.title]) if one.title in by else "" for by in spent.values()),
        )
        for one in linters
    ]
    return table(("gradcheck in proportion to", *spent), rows)


def _chart(linters: Sequence[Linter], spent: Mapping[str, Mapping[str, Sequence[Spent]]]) -> str:
    by = spent["some layers"]
    heights = {one.title.strip("`"): cpu_ratio(by[OURS.title], by[one.title]).middle for one in linters}
    return charts.bars(
        "gradcheck check, some layers of Keras", "CPU time, in proportion to the other's", heights
    )


def _cpu(runs: Sequence[Spent]) -> list[float]:
    return [one.cpu for one in runs]


# -- with a cache ------------------------------------------------------------------


@dataclass(frozen=True)
class Again:
    """Runs over a folder that was looked at before; all of a name have the same number of rounds."""

    files: int
    runs: Mapping[str, list[Spent]]


def _again(rounds: int, files: int) -> Again:
    with TemporaryDirectory() as text:
        folder = Path(text)
        copied = material.thousand(folder)
        for file in copied[files:]:
            file.unlink()
        every = Command((*OURS.words, "--jobs=1", "."), folder)
        cached = Command((*CACHED, "--jobs=1", "."), folder)
        cached()
        one = Command((*OURS.words, str(copied[0])), folder)
        spent: dict[str, list[Spent]] = in_turn({"cold": every}, 1)
        spent |= in_turn(
            {
                "one file": one,
                "nothing changed": cached,
                "one file changed": lambda: _changed(copied[files // 2], cached),
                "start": Command((sys.executable, "-m", "gradcheck", "--version"), folder),
            },
            rounds,
        )
        return Again(len(copied[:files]), spent)


def _changed(file: Path, command: Command) -> Spent:
    with file.open("a", encoding="utf-8") as text:
        text.write("# changed\n")
    return command()


def _beside_itself(again: Again) -> str:
    cold = again.runs["cold"] * len(again.runs["start"])
    rows = [
        (name, cpu_ratio(again.runs[key], cold), memory_ratio(again.runs[key], again.runs["one file"]))
        for name, key in (
            ("nothing changed", "nothing changed"),
            ("one file changed", "one file changed"),
            ("`gradcheck --version`", "start"),
        )
    ]
    rows.insert(0, ("cold", cpu_ratio(cold, cold), memory_ratio(cold, again.runs["one file"])))
    head = ("run", "CPU time, cold = 1", "peak of memory, one file = 1")
    return BESIDE_ITSELF.format(files=f"{again.files:,}") + table(head, rows)
