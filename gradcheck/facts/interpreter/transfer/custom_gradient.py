"""Functions with a gradient of the user's own: which arguments it has no gradient for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import is_symbolic
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Edge, Site
from gradcheck.facts.domain.values import Function, Tensor
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.kinds import Kind


def call_custom(machine: Machine, function: Function, arguments: Arguments) -> Tensor:
    """The result of a `@tf.custom_gradient` function: everything flows, but for the arguments whose
    gradient it returns as None."""
    lost = dict(_lost(function.node, len(arguments.values())))
    result = machine.unknown(
        arguments.node, [value for place, value in enumerate(arguments.values()) if place not in lost]
    )
    result.symbolic = any(is_symbolic(value) for value in arguments.values())
    frame = Frame(
        function.module, f"{getattr(function.node, 'name', 'lambda')}()", machine.frame.phase, machine.frame
    )
    for place, value in enumerate(arguments.values()):
        if place in lost:
            site = Site(lost[place], frame)
            for source in machine.nodes(value):
                machine.graph.connect(Edge(source, result.node, site, Kind.CUSTOM_GRADIENT))
    return result


def _lost(node: ast.AST, count: int) -> Iterator[tuple[int, ast.expr | ast.stmt]]:
    """The positions for which every `return` of the inner gradient function gives None, with the return
    value; its definition where it returns nothing at all."""
    handed = {name.id for one in ast.walk(node) if isinstance(one, ast.Return) for name in _names(one)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef) and inner is not node:
            returned = [
                one.value for one in ast.walk(inner) if isinstance(one, ast.Return) and one.value is not None
            ]
            tuples = [value for value in returned if isinstance(value, ast.Tuple)]
            if tuples and len(tuples) == len(returned):
                yield from _always_none(tuples)
            elif count == 1 and inner.name in handed and all(map(_is_none, returned)) and _ends(inner):
                yield 0, inner


def _names(node: ast.Return) -> Iterator[ast.Name]:
    """What a `return` of several values hands out by name."""
    parts = node.value.elts if isinstance(node.value, ast.Tuple) else []
    return (part for part in parts if isinstance(part, ast.Name))


def _ends(node: ast.FunctionDef) -> bool:
    """Whether a function can come to its end: it does not raise, and is no generator."""
    apart = (ast.Raise, ast.Yield, ast.YieldFrom)
    return not any(isinstance(inner, apart) for inner in ast.walk(node))


def _always_none(tuples: list[ast.Tuple]) -> Iterator[tuple[int, ast.expr]]:
    for place in range(min(len(one.elts) for one in tuples)):
        if all(_is_none(one.elts[place]) for one in tuples):
            yield place, tuples[-1]


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
