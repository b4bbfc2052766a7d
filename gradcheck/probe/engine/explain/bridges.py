"""Which number that came into TensorFlow is a value that had left it: read off the program's own text.

A value that goes through NumPy leaves no trace of its own. But when the line it leaves on and the line a
number comes in on stand in one function, names connect the one with the other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from gradcheck.probe.engine.explain.trace import Entry, Escape
from gradcheck.probe.engine.watch.expressions import encloses, nodes
from gradcheck.probe.engine.watch.frames import Frame, node_location, place
from gradcheck.report.finding import Location

_HOW = frozenset({"numpy", "array", "float"})
_SHOWS = frozenset(
    {"print", "log", "debug", "info", "warning", "write", "scalar", "add_scalar", "set_postfix"}
)
"""Functions that show a value, and keep nothing that is computed with."""


def connected(escape: Escape, entry: Entry) -> bool:
    """Whether the text says that what came in was computed from what had left, in one run of a function."""
    if escape.at > entry.at or escape.how not in _HOW or not (entry.stack and entry.floating):
        return False
    inside = entry.stack[0]
    left = next((frame for frame in escape.stack if frame.code is inside.code), None)
    return left is not None and left.code is not None and _flows(_at(left), _at(inside))


def shown(escape: Escape) -> bool:
    """Whether a value left only to be printed or logged: a statement that keeps nothing of it."""
    at = _statement(_at(escape.stack[0]))
    call = at.value if isinstance(at, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    called = call.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in _SHOWS


def kept(escape: Escape, entry: Entry) -> bool:
    """Whether what came in is read from the attribute that a value which had left was put in."""
    if not entry.stack:
        return False
    at = _statement(_at(escape.stack[0]))
    written: list[ast.expr] = []
    if isinstance(at, ast.Assign | ast.AnnAssign | ast.AugAssign):
        written = [*_targets(at)]
    elif isinstance(at, ast.Expr) and isinstance(at.value, ast.Call):
        written = [at.value.func.value] if isinstance(at.value.func, ast.Attribute) else []
    return bool(_attributes(written) & _attributes(_expressions(_at(entry.stack[0]))))


def _attributes(expressions: Iterable[ast.expr]) -> set[str]:
    """The attributes of `self` in these expressions."""
    return {
        node.attr
        for expression in expressions
        for node in ast.walk(expression)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }


def _statement(location: Location) -> ast.stmt | None:
    """The innermost simple statement that encloses a place."""
    found = [
        node
        for node in nodes(location)
        if isinstance(node, ast.stmt)
        and not hasattr(node, "body")
        and encloses(node_location(location.path, node), location)
    ]
    return found[-1] if found else None


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
    return set().union(*map(_read, _expressions(location)))


def _expressions(location: Location) -> Iterator[ast.expr]:
    return (
        node
        for node in nodes(location)
        if isinstance(node, ast.expr) and node_location(location.path, node) == location
    )
