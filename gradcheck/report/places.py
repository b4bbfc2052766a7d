"""One spelling of every path in a report, and places in notebooks for readers that know no cells. Pure
functions."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from gradcheck.base.notebook_cells import cell_of, notebook_of
from gradcheck.report.finding import Finding, Fix, Location, Step
from gradcheck.report.report import Problem, Report

if TYPE_CHECKING:
    from gradcheck.report.fate import WeightFate
    from gradcheck.report.verdict import Cause, Probe, Verdict

Spell = Callable[[str], str]
Move = Callable[[Location], Location]


def undotted(path: str) -> str:
    """A path as people know it: without `./` in front, or `.//`."""
    short = path
    while short.startswith("./"):
        short = short[2:].lstrip("/")
    return short or path


def below(folder: str) -> Spell:
    """Paths relative to a folder, with `/` and no leading `./`; what lies outside of it stays absolute."""

    def spell(path: str) -> str:
        whole = os.path.abspath(path)
        try:
            relative = os.path.relpath(whole, folder)
        except ValueError:  # another drive
            relative = os.pardir
        outside = relative == os.pardir or relative.startswith(os.pardir + os.sep)
        return (whole if outside else relative).replace(os.sep, "/")

    return spell


def respelled(report: Report, spell: Spell) -> Report:
    """The report with every path spelled anew."""

    def move(place: Location) -> Location:
        return replace(place, path=spell(place.path))

    return replace(
        report,
        findings=tuple(_moved(finding, move) for finding in report.findings),
        refuted=tuple(_moved(finding, move) for finding in report.refuted),
        fixed=tuple(_moved(finding, move) for finding in report.fixed),
        probes=tuple(_probe(probe, spell, move) for probe in report.probes),
        errors=tuple(replace(error, path=spell(error.path)) for error in report.errors),
        weights=tuple(_weight(one, move) for one in report.weights),
        unused_comments=tuple(replace(one, path=spell(one.path)) for one in report.unused_comments),
        used_comments=tuple(replace(one, path=spell(one.path)) for one in report.used_comments),
        trains=tuple(map(move, report.trains)),
    )


def without_cells(report: Report) -> Report:
    """The report for a reader to whom a notebook is one text: findings in a cell stand at the top of the
    notebook, say where they are, and carry no edits."""
    return replace(
        report,
        findings=tuple(map(_flattened, report.findings)),
        refuted=tuple(map(_flattened, report.refuted)),
        fixed=tuple(map(_flattened, report.fixed)),
        errors=tuple(_whole(error) for error in report.errors),
        unused_comments=tuple(_whole(comment) for comment in report.unused_comments),
    )


def _moved(finding: Finding, move: Move) -> Finding:
    return replace(
        finding,
        location=move(finding.location),
        weights=tuple(replace(weight, birth=move(weight.birth)) for weight in finding.weights),
        trail=_trail(finding.trail, move),
        fix=_fix(finding.fix, move) if finding.fix else None,
        alternatives=tuple(_fix(fix, move) for fix in finding.alternatives),
    )


def _trail(trail: tuple[Step, ...], move: Move) -> tuple[Step, ...]:
    return tuple(replace(step, location=move(step.location)) for step in trail)


def _fix(fix: Fix, move: Move) -> Fix:
    return replace(fix, edits=tuple(replace(edit, location=move(edit.location)) for edit in fix.edits))


def _probe(probe: Probe, spell: Spell, move: Move) -> Probe:
    file, mark, name = probe.target.partition(":")
    is_file = file.endswith((".py", ".ipynb"))
    return replace(
        probe,
        target=f"{spell(file)}{mark}{name}" if is_file else probe.target,
        verdicts=tuple(_verdict(verdict, move) for verdict in probe.verdicts),
    )


def _verdict(verdict: Verdict, move: Move) -> Verdict:
    birth = verdict.variable.birth
    variable = replace(verdict.variable, birth=move(birth) if birth else None)
    off = verdict.switched_off
    return replace(
        verdict,
        variable=variable,
        causes=tuple(_cause(cause, move) for cause in verdict.causes),
        switched_off=move(off) if off else None,
    )


def _cause(cause: Cause, move: Move) -> Cause:
    cut = replace(cause.cut, location=move(cause.cut.location))
    return replace(cause, cut=cut, trail=_trail(cause.trail, move))


def _weight(one: WeightFate, move: Move) -> WeightFate:
    born, met = replace(one.weight, birth=move(one.weight.birth)), one.obstacle
    return replace(one, weight=born, obstacle=met and replace(met, location=move(met.location)))


def _flattened(finding: Finding) -> Finding:
    at = finding.location
    if not (number := cell_of(at.path)):
        return finding
    moved = _moved(replace(finding, fix=None, alternatives=()), _top)
    return replace(moved, message=f"cell {number}, line {at.line}: {finding.message}")


def _whole(error: Problem) -> Problem:
    if not (number := cell_of(error.path)):
        return error
    return Problem(notebook_of(error.path), 1, f"cell {number}, line {error.line}: {error.message}")


def _top(place: Location) -> Location:
    return Location(notebook_of(place.path), 1) if cell_of(place.path) else place
