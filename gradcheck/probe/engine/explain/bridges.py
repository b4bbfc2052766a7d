"""Which number that came into TensorFlow is a value that had left it: read off the program's own text.

A value that goes through NumPy leaves no trace of its own. But when the line it leaves on and the line a
number comes in on stand in one function, names connect the one with the other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache

from gradcheck.probe.engine.explain.trace import Entry, Escape
from gradcheck.probe.engine.watch.expressions import encloses, nodes
from gradcheck.probe.engine.watch.frames import Frame, node_location, place
from gradcheck.report.finding import Location

_HOW = frozenset({"numpy", "array", "float"})


def connected(escape: Escape, entry: Entry) -> bool:
    """Whether the text says that what came in was computed from what had left, in one run of a function."""
    if escape.at > entry.at or escape.how not in _HOW or not (entry.stack and entry.floating):
        return False
    inside = entry.stack[0]
    left = next((frame for frame in escape.stack if frame.code is inside.code), None)
    return left is not None and left.code is not None and _flows(_at(left), _at(inside))


@cache
def _at(frame: Frame) -> Location:
    return place(frame).location


@cache
def _flows(left: Location, entered: Location) -> bool:
    if encloses(entered, left):
        return True
    if left.line >= entered.line:  # The next round of a loop is another story.
        return False
    names: set[str] = set()
    for statement, at in _assignments(left, entered):
        if encloses(at, left) or names & _read(statement.value):
            names |= {one for target in _targets(statement) for one in _written(target)}
    return bool(names & _read_at(entered))


def _assignments(
    left: Location, entered: Location
) -> Iterator[tuple[ast.Assign | ast.AnnAssign | ast.AugAssign, Location]]:
    """The assignments between two places, in the order of the text."""
    found = [
        (node, node_location(left.path, node))
        for node in nodes(left)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
    ]
    between = [(node, at) for node, at in found if at.end_line >= left.line and at.line <= entered.line]
    yield from sorted(between, key=lambda pair: (pair[1].line, pair[1].column))


def _targets(statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> Sequence[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _written(target: ast.expr) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _read(value: ast.expr | None) -> set[str]:
    return set() if value is None else {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}


def _read_at(location: Location) -> set[str]:
    """The names in the expression that stands here."""
    found = (
        node
        for node in nodes(location)
        if isinstance(node, ast.expr) and node_location(location.path, node) == location
    )
    return set().union(*map(_read, found))
