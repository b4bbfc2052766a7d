"""A report in which nothing but what is to be seen can reach a terminal or a log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any

from gradcheck.base.printable import printable, sentence
from gradcheck.report.report import Report

SENTENCES = frozenset({"message", "why", "advice", "note", "notes", "reason", "title"})
"""Fields that hold sentences, whose lines run on; all other texts are names and code."""
LINES = frozenset({"text"})
"""Fields that hold lines of code, which stay lines."""

Read = Callable[[str], Sequence[str]]


def printed(report: Report, read: Read) -> tuple[Report, Read]:
    """The report with every text in it printable, and how to read the files it names."""
    names: dict[str, str] = {}
    shown = _printed(report, "", names)
    return shown, lambda path: read(names.get(path, path))


def _printed(value: Any, name: str, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value if isinstance(value, Enum) else _text(value, name, names)
    if isinstance(value, tuple):
        return tuple(_printed(item, name, names) for item in value)
    if not hasattr(value, "__dataclass_fields__"):
        return value
    before = {field: getattr(value, field) for field in value.__dataclass_fields__}
    after = {field: _printed(part, field, names) for field, part in before.items()}
    changed = {field: part for field, part in after.items() if part is not before[field]}
    return replace(value, **changed) if changed else value


def _text(text: str, name: str, names: dict[str, str]) -> str:
    if name in LINES:
        lines = (line.split("\t") for line in text.replace("\r\n", "\n").split("\n"))
        return "\n".join("\t".join(map(printable, parts)) for parts in lines)
    shown = sentence(text) if name in SENTENCES else printable(text)
    if name == "path" and shown != text:
        names[shown] = text
    return shown
