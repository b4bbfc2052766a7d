"""One place, one finding: what two halves, or two rules, say about one expression is said once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from gradcheck.report.finding import Finding, Location, Step
from gradcheck.report.kinds import Kind, Severity

_LEVELS = tuple(Severity)
"""The worst first."""


def overlap(one: Location, other: Location) -> bool:
    """Whether two ranges share text; the halves may spell the path of one file differently."""
    if os.path.abspath(one.path) != os.path.abspath(other.path):
        return False
    return _start(one) < _end(other) and _start(other) < _end(one)


def once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of one kind at one place, reported as one: of the worst of them, with the variables of all."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        at = finding.location
        key = (os.path.abspath(at.path), at.line, at.column, finding.kind)
        groups.setdefault(key, []).append(finding)
    return tuple(one for group in groups.values() for one in _joined(group))


def absorbed(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without those that only say that a value is flat where another one says why: its variables
    are reported there.
    """
    found = list(findings)
    for flat in [one for one in found if one.kind is Kind.ZERO_SLOPE]:
        reasons = (at for at, one in enumerate(found) if _says_why(one, flat))
        if (at := next(reasons, None)) is not None:
            weights = dict.fromkeys((*found[at].weights, *flat.weights))
            found[at] = replace(found[at], weights=tuple(weights))
            found.remove(flat)
    return found


def _says_why(finding: Finding, flat: Finding) -> bool:
    kinds = (Kind.CONSTANT_OUTPUT, Kind.SATURATED, Kind.ZERO_PRODUCT)
    same = finding.keras == flat.keras and overlap(finding.location, flat.location)
    return finding.kind in kinds and same


def together(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that starve the same variables in the same way at several places, as one: at the first of
    them, with the others as steps of its trail.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        births = frozenset((weight.birth.path, weight.birth.line, weight.name) for weight in finding.weights)
        if finding.kind is Kind.LOSSES_IGNORED:  # One loss leaves them all out.
            births = frozenset({(finding.location.path, 0, "")})
        alone = id(finding) if not births else 0
        key = (finding.kind, births, finding.severity, finding.keras, alone)
        groups.setdefault(key, []).append(finding)
    return tuple(_at_first(group) for group in groups.values())


def _at_first(group: list[Finding]) -> Finding:
    first, *others = group
    lines = dict.fromkeys(other.location for other in others)
    steps = (Step(location, "and here") for location in lines if location.line != first.location.line)
    return replace(first, trail=(*first.trail, *steps)) if others else first


def _joined(group: list[Finding]) -> list[Finding]:
    """These findings as one; those that hold under different Kerases stay apart."""
    group = sorted(group, key=lambda one: _LEVELS.index(one.severity))
    first, *others = group
    same = [one for one in others if one.keras == first.keras]
    weights = tuple(dict.fromkeys(weight for one in (first, *same) for weight in one.weights))
    return [replace(first, weights=weights), *(one for one in others if one not in same)]


def _start(location: Location) -> tuple[int, int]:
    return location.line, location.column


def _end(location: Location) -> tuple[int, int]:
    return max(location.line, location.end_line), max(location.end_column, location.column + 1)
