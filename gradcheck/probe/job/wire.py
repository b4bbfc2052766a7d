"""Verdicts as JSON-able values and back: what the child writes, the parent reads. Knows no TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradcheck.report.finding import Cut, Location, Step
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Cause, Variable, Verdict

Json = dict[str, Any]


def dump(verdict: Verdict) -> Json:
    """A verdict as the snapshot lists it."""
    return {
        "path": verdict.variable.path,
        "birth": dump_location(verdict.variable.birth),
        "shape": list(verdict.variable.shape),
        "dtype": verdict.variable.dtype,
        "owner": verdict.variable.owner,
        "status": verdict.status.value,
        "norm": verdict.norm,
        "causes": [_dump_cause(cause) for cause in verdict.causes],
        "mark": verdict.mark,
        "switched_off": dump_location(verdict.switched_off),
    }


def load(entry: Mapping[str, Any]) -> Verdict:
    """The verdict that `dump` wrote."""
    birth, shape = load_location(entry["birth"]), tuple(entry["shape"])
    variable = Variable(entry["path"], birth, shape, entry["dtype"], entry["owner"])
    causes = tuple(_load_cause(cause) for cause in entry["causes"])
    switched_off = load_location(entry["switched_off"])
    return Verdict(variable, Status(entry["status"]), entry["norm"], causes, entry["mark"], switched_off)


def verdicts(snapshot: Mapping[str, Any]) -> tuple[Verdict, ...]:
    """Every verdict of a snapshot, in its order."""
    entries: Sequence[Mapping[str, Any]] = snapshot["variables"]
    return tuple(load(entry) for entry in entries)


def dump_location(location: Location | None) -> Json | None:
    """A location as JSON; null when no line of the user's is known."""
    if location is None:
        return None
    return {
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
    }


def load_location(entry: Mapping[str, Any] | None) -> Location | None:
    """The location that `dump_location` wrote."""
    return None if entry is None else _location(entry)


def _location(entry: Mapping[str, Any]) -> Location:
    return Location(entry["path"], entry["line"], entry["column"], entry["end_line"], entry["end_column"])


def _dump_cause(cause: Cause) -> Json:
    return {
        "kind": cause.cut.kind.value,
        "location": dump_location(cause.cut.location),
        "code": cause.cut.code,
        "where": cause.cut.where,
        "detail": cause.cut.detail,
        "variant": cause.cut.variant,
        "trail": [{"location": dump_location(step.location), "note": step.note} for step in cause.trail],
    }


def _load_cause(entry: Mapping[str, Any]) -> Cause:
    cut = Cut(
        Kind(entry["kind"]),
        _location(entry["location"]),
        entry["code"],
        entry["where"],
        entry["detail"],
        variant=entry["variant"],
    )
    return Cause(cut, tuple(Step(_location(step["location"]), step["note"]) for step in entry["trail"]))
