"""The report as Markdown: for TensorBoard, for the summary of a workflow, for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradcheck.output import Screen
from gradcheck.output.text.finding import evidence, marks
from gradcheck.output.text.frame import frame
from gradcheck.output.text.probe import HEADINGS, listed, row
from gradcheck.output.text.summary import summary
from gradcheck.report.finding import Finding
from gradcheck.report.report import Report
from gradcheck.report.verdict import Probe

KNOWS_CELLS = True

_SPECIAL = re.compile(r"([\\*_{}\[\]<>#~])")
_CODE = re.compile(r"(`[^`]*`)")


def render(report: Report, screen: Screen) -> str:
    """A summary, a section for each finding, and a table for each probe."""
    plain = Screen(width=screen.width, read=screen.read)
    blocks = [f"**{_text(summary(report, plain))}**"]
    for finding in (*report.findings, *report.refuted):
        blocks.extend(_finding(finding, report, plain))
    for probe in report.probes:
        blocks.extend(_probe(probe, report, plain))
    blocks.extend(
        f"Could not look: {_text(f'{one.path}:{one.line}: {one.message}')}" for one in report.errors
    )
    return "\n\n".join(blocks) + "\n"


def _finding(finding: Finding, report: Report, screen: Screen) -> Iterator[str]:
    at = finding.location
    place = f"{at.path}:{at.line}:{at.column}"
    yield f"### {finding.severity.value} {finding.rule}: {_text(finding.message)}"
    yield _fenced([place, "", *frame(marks(finding), screen, at.path)])
    said = {"Why": finding.why, "What now": finding.advice, "Evidence": evidence(finding, report)}
    yield "\n".join(f"* *{label}:* {_text(text)}" for label, text in said.items() if text)


def _probe(probe: Probe, report: Report, screen: Screen) -> Iterator[str]:
    versions = f" (Keras {probe.keras}, TensorFlow {probe.tensorflow})" if probe.tensorflow else ""
    yield f"#### Probe of {_text(probe.target)}{versions}"
    if said := [part for part in (probe.reason, *probe.notes) if part]:
        yield "\n".join(f"* {_text(part)}" for part in said)
    shown = listed(probe.verdicts, screen)
    if shown:
        heading = [*HEADINGS, "rule"]
        rows = [heading, ["---"] * len(heading), *(map(_text, row(one, report)) for one in shown)]
        yield "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    if left := len(probe.verdicts) - len(shown):
        yield f"and {left} more, all ok"


def _fenced(lines: Sequence[str]) -> str:
    """A block of code; its fence is longer than any inside it."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(longest + 1, 3)
    return "\n".join([f"{fence}text", *lines, fence])


def _text(text: str) -> str:
    """A sentence in which only what stands in backticks is more than text."""
    parts = _CODE.split(text)
    escaped = (part if number % 2 else _SPECIAL.sub(r"\\\1", part) for number, part in enumerate(parts))
    return "".join(escaped).replace("\n", " ").replace("|", "\\|")
