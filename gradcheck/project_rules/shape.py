"""Whether what a rule of a project's own yields is a finding down to its last field: what reads a report
later relies on that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from gradcheck.base.notebook_cells import notebook_of
from gradcheck.facts import Facts
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import BOTH_KERAS


def misfit(finding: Finding, facts: Facts) -> str | None:
    """What is wrong with a finding about a module, as a sentence; None for a good one."""
    return next(_misfits(finding, Finding, "a finding"), None) or _nowhere(finding, facts)


def _misfits(value: Any, wanted: Any, name: str) -> Iterator[str]:
    parts = get_args(wanted)
    if get_origin(wanted) is tuple:
        yield from _items(value, parts[0], name)
    elif parts:  # it may also be None
        for kind in parts if value is not None else ():
            yield from _misfits(value, kind, name) if kind is not NoneType else ()
    elif not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        yield f"{name} is {value!r:.60}, not a {wanted.__name__}"
    elif isinstance(wanted, type) and is_dataclass(wanted):
        for field, kind in _fields(wanted).items():
            yield from _misfits(getattr(value, field), kind, f"{name}'s {field}")


def _items(value: Any, kind: Any, name: str) -> Iterator[str]:
    if not isinstance(value, tuple):
        yield f"{name} is {value!r:.60}, not a tuple"
        return
    for one in value:
        if isinstance(one, kind):
            yield from _misfits(one, kind, f"one of {name}")
        else:
            yield f"{name} holds {one!r:.60}, which is no {kind.__name__}"


@cache
def _fields(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _nowhere(finding: Finding, facts: Facts) -> str | None:
    """Why nobody would be told of a finding, or where it is not to be seen."""
    at = finding.location
    if at.line < 1 or at.column < 1:
        return f"a finding is at {at.line}:{at.column}, but lines and columns count from 1"
    if not finding.keras or not {*finding.keras} <= {*BOTH_KERAS}:
        return f"a finding's keras is {finding.keras!r:.60}, not some of {BOTH_KERAS}"
    if notebook_of(at.path) == facts.path or at.path in {place.path for place in _places(facts)}:
        return None
    return f"a finding is in {at.path!r:.60}, of which the facts of {facts.path} say nothing"


def _places(facts: Facts) -> Iterator[Location]:
    for one in facts.starved:
        yield from (one.cut.location, one.weight.birth, *(step.location for step in one.trail))
    yield from (one.weight.birth for one in facts.weights)
    yield from facts.trains
