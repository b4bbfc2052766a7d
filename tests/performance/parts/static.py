"""`gradcheck check` beside other linters, each as a whole process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.performance import charts, material
from tests.performance.linters import OURS, Linter, here
from tests.performance.paired import Spent, cpu_ratio, in_turn
from tests.performance.part import Effort, Result, table

INTRODUCTION = """\
CPU time of `gradcheck check --no-cache` in proportion to each of the others over the same files, all in one \
process: smaller is faster.
One file has {small} lines and no finding, started cold; the one with findings has {cut}, and what repairs \
them is looked for, too; the layers are those of Keras ({layers} files, of which \
{some} for what takes minutes over all); the transformers are {transformers} files of {lines} lines together \
(transformers {version}: {families}).

"""


@dataclass(frozen=True)
class Files:
    """Some files, and whether slow linters are run over them, too."""

    title: str
    paths: Sequence[Path]
    slow: bool = True


def measure(effort: Effort) -> Result:
    """All cases, one after the other, the linters in turn."""
    linters, cases = list(here()), _cases(effort)
    spent = {case.title: _over(case, linters, effort.rounds) for case in cases}
    return Result(
        _introduction() + _beside_others(linters, spent),
        {"layers": _chart(linters, spent)},
        {f"{title}, {name}": _cpu(runs) for title, by in spent.items() for name, runs in by.items()},
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
    return INTRODUCTION.format(
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
