"""The report for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.output import Screen
from gradcheck.output.text.summary import repairable, statistics, summary
from gradcheck.report.report import Report

KNOWS_CELLS = True
CARRIES_EDITS = True
TELLS_NOTES = True


def render(report: Report, screen: Screen) -> str:
    """Findings as stories, probed variables as tables, and one last line that sums it up."""
    blocks = ["\n".join(block) for block in _blocks(report, screen)]
    return "".join(f"{block}\n" for block in _apart([block for block in blocks if block]))


def _apart(blocks: list[str]) -> list[str]:
    """Blocks with an empty line between them."""
    return [*(f"{block}\n" for block in blocks[:-1]), *blocks[-1:]]


def _blocks(report: Report, screen: Screen) -> Iterator[Iterator[str]]:
    if report.findings or report.refuted or report.fixed or report.probes:
        from gradcheck.output.text.stories import stories  # most runs have nothing to tell

        yield from stories(report, screen)
    if screen.weights and report.weights:
        from gradcheck.output.text.weights import table

        yield table(report, screen)
    yield _errors(report, screen)
    if not screen.quiet:
        yield (f"note: {note}" for note in report.remarks)
    yield statistics(report) if screen.statistics else iter(())
    if not screen.quiet:
        yield (line for line in (*repairable(report, screen), summary(report, screen)))


def _errors(report: Report, screen: Screen) -> Iterator[str]:
    label = screen.paint("error", "could not look:")
    return (f"{label} {error.path}:{error.line}: {error.message}" for error in report.errors)
