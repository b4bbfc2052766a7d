"""One probed program: what ran, what became of each variable's gradient, and what was not reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.output import Screen
from gradcheck.output.text.columns import columns
from gradcheck.output.text.finding import entry
from gradcheck.output.text.untrained import deliberate, untrained
from gradcheck.report.kinds import Status
from gradcheck.report.report import Report
from gradcheck.report.verdict import Probe, Verdict

MOST_GOOD = 12
"""More variables that are well than this are counted, not listed, unless asked for."""

_MEASURED = (Status.OK, Status.ZERO)
"""Statuses whose norm says something: of no gradient, or of one that is not finite, there is none."""

PROTECTION = {
    "overlay": "kept apart by an overlay and thrown away: no file that was there before was changed",
    "redirection": "redirected and thrown away; modes, times and owners that native code or other processes "
    "change are not",
    "none": "not kept apart: the program wrote where it says",
}
HEADINGS = ("variable", "shape", "gradient", "norm", "created at")


def program(probe: Probe, report: Report, screen: Screen) -> Iterator[str]:
    """The heading, the table and the notes of one probe."""
    yield f"{screen.paint('strong', _heading(probe))}"
    if probe.reason:
        yield from entry(probe.status, probe.reason, screen)
    if probe.protection:
        yield from entry("writes", PROTECTION[probe.protection], screen)
    for note in probe.notes:
        yield from entry("note", note, screen)
    yield from _table(probe.verdicts, report, screen)


def _heading(probe: Probe) -> str:
    versions = (f"Keras {probe.keras}", f"TensorFlow {probe.tensorflow}") if probe.tensorflow else ()
    kind = probe.kind if probe.verdicts else ""
    said = ", ".join(part for part in (kind, *versions) if part)
    return f"probe of {probe.target}{f' ({said})' if said else ''}"


def _table(verdicts: Sequence[Verdict], report: Report, screen: Screen) -> Iterator[str]:
    shown = listed(verdicts, screen)
    if shown:
        rows = [(row(verdict, report), _style(verdict)) for verdict in shown]
        yield from columns((*HEADINGS, ""), rows, 2, screen)
    resting = [] if screen.verbose else [verdict for verdict in verdicts if deliberate(verdict)]
    yield from untrained(resting, screen)
    if left := len(verdicts) - len(resting) - len(shown):
        how = " (-v lists them)" if screen.flags else ""
        yield screen.paint("faint", f"  and {left} more, all ok{how}")


def listed(verdicts: Sequence[Verdict], screen: Screen) -> list[Verdict]:
    """The verdicts to show: of many that are ok, none."""
    if screen.verbose:
        return [*verdicts]
    verdicts = [verdict for verdict in verdicts if not deliberate(verdict)]
    good = sum(verdict.status is Status.OK for verdict in verdicts)
    keep = good <= MOST_GOOD
    return [verdict for verdict in verdicts if keep or verdict.status is not Status.OK or verdict.mark]


def row(verdict: Verdict, report: Report) -> tuple[str, ...]:
    """A verdict's cells: name, shape, gradient, norm, birth, rule."""
    variable, blamed = verdict.variable, report.blamed(verdict)
    return (
        variable.path,
        f"[{', '.join('?' if size is None else str(size) for size in variable.shape)}]",
        verdict.word,
        f"{verdict.norm:.3g}" if verdict.norm is not None and verdict.status in _MEASURED else "",
        f"{variable.birth.path}:{variable.birth.line}" if variable.birth else "",
        "" if blamed is None else report.findings[blamed].rule,
    )


def _style(verdict: Verdict) -> str:
    if verdict.mark:
        return "warning"
    styles = {Status.OK: "good", Status.UNKNOWN: "info", Status.ZERO: "warning"}
    return styles.get(verdict.status, "error")
