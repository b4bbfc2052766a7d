"""What the page shows, as plain values. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.printable import printable
from gradcheck.base.version import __version__
from gradcheck.output import Screen
from gradcheck.output.text.finding import evidence, marks, told
from gradcheck.output.text.frame import frame
from gradcheck.output.text.summary import summary
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Status
from gradcheck.report.naming import bare
from gradcheck.report.report import UNJUDGED, Report
from gradcheck.report.verdict import Probe, Verdict

THINNEST, THICKEST = 1.5, 14.0
"""Widths of an edge in pixels; between them the logarithm of the gradient's norm decides."""
DECADES = 6.0
"""So many powers of ten below the largest gradient an edge is at its thinnest."""
WIDTH = 96


@dataclass(frozen=True)
class Row:
    """One variable of a layer."""

    name: str
    shape: str
    status: str
    norm: str
    place: str


@dataclass(frozen=True)
class Layer:
    """A layer of a probed model: its variables, the gradient that reaches them, and what is wrong with it.

    `edge` is the width in pixels of the edge that leads to the loss; `finding` is the number of the finding
    that explains the worst of its variables.
    """

    name: str
    status: str
    edge: float
    norm: str
    finding: int | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Model:
    """A probed program."""

    title: str
    about: tuple[str, ...]
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class Story:
    """A finding in full."""

    number: int
    rule: str
    name: str
    severity: str
    place: str
    message: str
    lines: str
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """All of it."""

    version: str
    summary: str
    models: tuple[Model, ...]
    stories: tuple[Story, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def page(report: Report, screen: Screen) -> Page:
    """The report as the page shows it."""
    plain = replace(screen, color=False, unicode=True, width=WIDTH)
    return Page(
        __version__,
        printable(summary(report, plain)),
        tuple(_model(probe, report) for probe in report.probes),
        tuple(
            _story(number, finding, report, plain)
            for number, finding in enumerate((*report.findings, *report.refuted))
        ),
        tuple(printable(f"{error.path}:{error.line}: {error.message}") for error in report.errors),
        tuple(map(printable, report.remarks)),
    )


def _model(probe: Probe, report: Report) -> Model:
    versions = f"{probe.kind}, Keras {probe.keras}, TensorFlow {probe.tensorflow}"
    said = [versions, *([f"{probe.status}: {probe.reason}"] if probe.reason else []), *probe.notes]
    largest = max(map(_norm, probe.verdicts), default=0.0)
    layers = (_layer(name, group, largest, report) for name, group in _by_layer(probe.verdicts))
    return Model(printable(probe.target), tuple(map(printable, said)), tuple(layers))


def _by_layer(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, list[Verdict]]]:
    """The variables of each layer, in the order in which the layers were created."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        owner = bare(verdict.variable.path).rpartition("/")[0]
        groups.setdefault(owner or bare(verdict.variable.path), []).append(verdict)
    return iter(groups.items())


def _layer(name: str, verdicts: Sequence[Verdict], largest: float, report: Report) -> Layer:
    norm = math.hypot(*map(_norm, verdicts))
    worst = next((one for one in verdicts if one.status not in UNJUDGED), verdicts[0])
    return Layer(
        printable(name),
        worst.status.value,
        _edge(norm, largest),
        f"{norm:.3g}" if norm else "",
        report.blamed(worst),
        tuple(_row(verdict) for verdict in verdicts),
    )


def _edge(norm: float, largest: float) -> float:
    if norm <= 0.0 or largest <= 0.0:
        return THINNEST
    share = 1.0 + math.log10(norm / largest) / DECADES
    return round(THINNEST + (THICKEST - THINNEST) * min(max(share, 0.0), 1.0), 1)


def _row(verdict: Verdict) -> Row:
    variable, birth = verdict.variable, verdict.variable.birth
    shape = ", ".join("?" if size is None else str(size) for size in variable.shape)
    return Row(
        printable(bare(variable.path).rpartition("/")[2]),
        f"[{shape}]",
        verdict.word,
        f"{_norm(verdict):.3g}" if verdict.status in (Status.OK, Status.ZERO) else "",
        printable(f"{birth.path}:{birth.line}") if birth else "",
    )


def _story(number: int, finding: Finding, report: Report, screen: Screen) -> Story:
    at = finding.location
    entries = (
        ("why", finding.why),
        ("what now", finding.advice),
        ("fix", told(finding)),
        ("evidence", evidence(finding, report)),
        ("read on", f"gradcheck explain {finding.name}"),
    )
    return Story(
        number,
        finding.rule,
        finding.name,
        finding.severity.value,
        printable(f"{at.path}:{at.line}:{at.column}"),
        printable(finding.message),
        "\n".join(frame(marks(finding), screen, at.path)),
        tuple((label, printable(text)) for label, text in entries if text),
    )


def _norm(verdict: Verdict) -> float:
    """The norm of a variable's gradient; 0.0 where there is none that is finite."""
    return verdict.norm if verdict.norm is not None and math.isfinite(verdict.norm) else 0.0
