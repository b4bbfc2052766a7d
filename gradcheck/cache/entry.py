"""A report as plain tuples, lists, strings and numbers, and back; what does not fit is refused."""

from __future__ import annotations

from typing import Any

from gradcheck.report.fate import Fate, Obstacle, Reason, WeightFate
from gradcheck.report.finding import Cut, Edit, Finding, Fix, Location, Step, Weight
from gradcheck.report.kinds import Evidence, Kind, Severity, Status
from gradcheck.report.report import Problem, Report

RECORDS = (Report, Finding, Problem, Location, Step, Weight, Cut, Fix, Edit, WeightFate, Obstacle)
WORDS = (Kind, Severity, Evidence, Fate, Reason, Status)

_KINDS = {kind.__name__: kind for kind in (*RECORDS, *WORDS, str, int, bool, float)}


def freeze(value: Any) -> Any:
    """A report, or a part of one, without classes."""
    if isinstance(value, WORDS):
        return ("word", WORDS.index(type(value)), value.value)
    if isinstance(value, RECORDS):
        fields = [freeze(getattr(value, name)) for name in type(value).__dataclass_fields__]
        return ("record", RECORDS.index(type(value)), fields)
    if isinstance(value, tuple):
        return ("tuple", [freeze(item) for item in value])
    return value


def thaw(value: Any) -> Report:
    """The report that these values were made from. Raises ValueError, or what a wrong value raises by itself,
    for values that were not."""
    report = _thaw(value)
    if not isinstance(report, Report):
        raise ValueError("not a report")
    return report


def _thaw(value: Any) -> Any:
    match value:
        case ("word", int(index), word):
            return WORDS[index](word)
        case ("record", int(index), list(fields)):
            return _checked(RECORDS[index](*(_thaw(field) for field in fields)))
        case ("tuple", list(items)):
            return tuple(_thaw(item) for item in items)
    return value


def _checked(record: Any) -> Any:
    for name, field in type(record).__dataclass_fields__.items():
        if not _fits(getattr(record, name), field.type):
            raise ValueError(f"{type(record).__name__}.{name} is no {field.type}")
    return record


def _fits(value: Any, annotation: str) -> bool:
    """Whether a value is what a field's annotation says."""
    if annotation.startswith("tuple[") and annotation.endswith(", ...]"):
        return isinstance(value, tuple) and all(_fits(item, annotation[6:-6]) for item in value)
    if annotation.startswith("tuple["):
        kinds = annotation[6:-1].split(", ")
        return isinstance(value, tuple) and len(value) == len(kinds) and all(map(_fits, value, kinds))
    if value is None:
        return "None" in annotation.split(" | ")
    return any(type(value) is _KINDS.get(one) for one in annotation.split(" | "))
