"""Every weight that the source creates, with what becomes of it: one line each."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.output import Screen
from gradcheck.output.text.columns import columns
from gradcheck.report.fate import Fate, WeightFate
from gradcheck.report.report import Report


def table(report: Report, screen: Screen) -> Iterator[str]:
    """A heading and a row for each weight."""
    headings = ("weight", "fate", *(("gradient",) if report.probes else ()), "created at", "")
    rows = [(_row(weight, report), _style(weight)) for weight in report.weights]
    yield screen.paint("strong", "weights")
    yield from columns(headings, rows, 1, screen)


def _row(one: WeightFate, report: Report) -> tuple[str, ...]:
    birth, blamed = one.weight.birth, report.finding_of(one)
    seen = (", ".join(status.word for status in one.seen),) if report.probes else ()
    why = report.findings[blamed].rule if blamed is not None else _obstacle(one)
    return one.weight.label, _fates(one), *seen, f"{birth.path}:{birth.line}", why


def _fates(one: WeightFate) -> str:
    """Its fate; under each Keras, where they differ."""
    fates = [(keras, fate) for keras, fate in one.fates if keras in one.judged]
    if len({fate for _, fate in fates}) == 1:
        return one.fate.value
    return ", ".join(f"{fate.value} (Keras {keras})" for keras, fate in fates)


def _obstacle(one: WeightFate) -> str:
    found = one.obstacle
    if found is None or one.fate is not Fate.UNKNOWN:
        return ""
    return f"{found.reason.value}: `{found.expression}`, {found.location.path}:{found.location.line}"


def _style(one: WeightFate) -> str:
    return {Fate.REACHES: "good", Fate.UNKNOWN: "info", Fate.FROZEN: "warning"}.get(one.fate, "error")
