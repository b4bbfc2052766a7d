"""Variables that do not train, where nothing says that they were meant to: counted, not listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gradcheck.output import Screen
from gradcheck.report.kinds import Status
from gradcheck.report.verdict import Verdict


def deliberate(verdict: Verdict) -> bool:
    """Whether a variable does not train, and nothing is to blame for it."""
    return verdict.status in (Status.FROZEN, Status.UNLISTED) and not verdict.causes


def untrained(verdicts: Iterable[Verdict], screen: Screen) -> Iterator[str]:
    """`  12 variables frozen: backbone (model.py:14)`: by what they are, who holds them, and the line."""
    groups: dict[object, list[Verdict]] = {}
    for verdict in verdicts:
        key = (verdict.status, verdict.switched_off, verdict.variable.path.partition("/")[0])
        groups.setdefault(key, []).append(verdict)
    for group in groups.values():
        yield screen.paint("faint", _line(group))


def _line(group: list[Verdict]) -> str:
    first, count = group[0], len(group)
    owner = first.variable.path if count == 1 else first.variable.path.partition("/")[0]
    at = first.switched_off or first.variable.birth
    place = f" ({at.path}:{at.line})" if at else ""
    said = "in no list that trains" if first.status is Status.UNLISTED else first.status.value
    return f"  {count} variable{'' if count == 1 else 's'} {said}: {owner}{place}"
