"""Iterators that are given a name or an attribute: whoever goes through one first takes all that is in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.inside import inside
from gradcheck.facts.domain.values import Lazy, Sequence, Value, Zip
from gradcheck.facts.interpreter.log import GoneThrough, OneShot
from gradcheck.facts.interpreter.machine import Machine

ITERATORS = frozenset({"chain", "iter", "reversed"})
"""Kinds of sequences that are empty once somebody has gone through them, beside generators and `zip`."""
TAKING = frozenset({"enumerate", "filter", "list", "map", "set", "sorted", "sum", "tuple", "zip"})
"""What goes through its arguments."""
LEAVING = (ast.Break, ast.Return)


def is_one_shot(value: Value) -> bool:
    """Whether a value is an iterator."""
    if isinstance(value, Zip):
        return not value.listed
    return isinstance(value, Lazy) or (isinstance(value, Sequence) and value.kind in ITERATORS)


def note_made(machine: Machine, value: Value, target: ast.expr) -> None:
    """Remember an iterator where it is given a name."""
    if is_one_shot(value):
        machine.log.one_shots.append(
            OneShot(value, machine.site(target), machine.here.loops, machine.here.path)
        )


def note_gone_through(machine: Machine, source: Value, written: ast.expr, node: ast.stmt | ast.expr) -> None:
    """Remember the iterators that a loop or a comprehension takes everything out of."""
    if isinstance(node, ast.stmt) and any(isinstance(inner, LEAVING) for inner in inside(node)):
        return  # what is left, the next one finds
    for value in _taken(machine, source, written):
        site, here = machine.site(written), machine.here
        machine.log.gone_through.append(GoneThrough(value, node, site, here.loops, here.path))


def _taken(machine: Machine, source: Value, written: ast.expr) -> Iterator[Value]:
    if not is_one_shot(source) and not isinstance(written, ast.Call):
        return
    match written:
        case ast.Name() | ast.Attribute():
            yield source
        case ast.Call(func=ast.Name(id=name), args=parts) if name in TAKING:
            for part in parts:
                if isinstance(part, (ast.Name, ast.Attribute)):
                    value = machine.eval(part)
                    yield from [value] if is_one_shot(value) else []
                else:
                    yield from _taken(machine, source, part) if isinstance(part, ast.Call) else []
