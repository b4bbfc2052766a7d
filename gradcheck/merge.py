"""The reports of several files as one: what is told once, and what the run of one file shows in another."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.notebook_cells import notebook_of
from gradcheck.report.fate import WeightFate
from gradcheck.report.finding import Finding
from gradcheck.report.report import Problem, Report, spot_of


@dataclass(frozen=True)
class Place:
    """Where a file is, as an absolute path, and whether it was named and not only met in a folder."""

    path: str
    named: bool = False


def merged(places: Sequence[Place], reports: Sequence[Report], problems: Sequence[Problem]) -> Report:
    """One report, of the files at these places, with what is wrong beside them."""
    own = [*_own(places, reports)]
    elsewhere = _elsewhere(places, reports, own)
    return Report(
        (*own, *elsewhere),
        errors=_said_once([*problems, *(problem for one in reports for problem in one.errors)]),
        notes=tuple(dict.fromkeys(note for one in reports for note in one.notes)),
        unused_comments=tuple(_useless(reports)),
        files=sum(one.files for one in reports),
        weights=_weights(reports, elsewhere),
        idle=sum(one.idle for one in reports),
        unread=sum(one.unread for one in reports),
        looked_at=tuple(place.path for place, one in zip(places, reports, strict=True) if one.files),
    )


def _useless(reports: Sequence[Report]) -> Iterator[Problem]:
    """The comments that silence nothing, in the run of whichever file."""
    used = {(os.path.abspath(one.path), one.line) for report in reports for one in report.used_comments}
    for report in reports:
        for one in report.unused_comments:
            if (os.path.abspath(one.path), one.line) not in used:
                yield one


def _own(places: Sequence[Place], reports: Sequence[Report]) -> Iterator[Finding]:
    """What is found in each file by its own run."""
    for place, report in zip(places, reports, strict=True):
        yield from (one for one in report.findings if _path(one) == place.path)


def _elsewhere(places: Sequence[Place], reports: Sequence[Report], own: Sequence[Finding]) -> list[Finding]:
    """What the run of one file shows in another, once: where the other is looked at, too, and nothing is said
    of that line or of these weights by the runs of the files that they stand in, or where who named the one
    asks about all of it. Of two programs that share a model, one may leave out what the other trains: that is
    nothing to tell of the model.
    """
    paths, told = {place.path for place in places}, {(_path(one), one.location.line) for one in own}
    settled = {spot_of(birth) for report in reports for birth in report.trains}
    settled |= {spot_of(weight.birth) for one in own for weight in one.weights}
    found: dict[tuple[object, ...], Finding] = {}
    for place, report in zip(places, reports, strict=True):
        for one in report.findings:
            path, at = _path(one), one.location
            if path == place.path or (path, at.line) in told:
                continue
            if place.named or (
                path in paths and not any(spot_of(each.birth) in settled for each in one.weights)
            ):
                found.setdefault((path, at.line, at.column, one.rule, one.variables), one)
    return list(found.values())


def _path(finding: Finding) -> str:
    return os.path.abspath(notebook_of(finding.location.path))


def _weights(reports: Sequence[Report], elsewhere: Sequence[Finding]) -> tuple[WeightFate, ...]:
    weights = (weight for one in reports for weight in one.weights)
    if not elsewhere:
        return tuple(weights)
    from gradcheck.facts.fates import retold

    return tuple(retold(weights, elsewhere))


def _said_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, each once: several files may import one that cannot be read."""
    first: dict[tuple[str, int, str], Problem] = {}
    for one in problems:
        first.setdefault((os.path.abspath(one.path), one.line, one.message), one)
    return tuple(first.values())
