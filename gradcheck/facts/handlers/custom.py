"""Functions with a gradient of the user's own: which arguments it has no gradient for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.language.arguments import Arguments
from gradcheck.facts.language.frames import Frame
from gradcheck.facts.language.graph import Edge, Site
from gradcheck.facts.language.machine import Machine
from gradcheck.facts.language.values import Function, Tensor
from gradcheck.kinds import Kind


def call_custom(machine: Machine, function: Function, arguments: Arguments) -> Tensor:
    """The result of a `@tf.custom_gradient` function: everything flows, but for the arguments whose
    gradient it returns as None."""
    lost = dict(_lost(function.node))
    result = machine.unknown(
        arguments.node, [value for place, value in enumerate(arguments.values()) if place not in lost]
    )
    frame = Frame(
        function.module, f"{getattr(function.node, 'name', 'lambda')}()", machine.frame.phase, machine.frame
    )
    for place, value in enumerate(arguments.values()):
        if place in lost:
            site = Site(lost[place], frame)
            for source in machine.nodes(value, site):
                machine.graph.connect(Edge(source, result.node, site, Kind.CUSTOM_GRADIENT))
    return result


def _lost(node: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    """The positions for which every `return` of the inner gradient function gives None, with the return
    value."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef) and inner is not node:
            returned = [
                one.value for one in ast.walk(inner) if isinstance(one, ast.Return) and one.value is not None
            ]
            tuples = [value for value in returned if isinstance(value, ast.Tuple)]
            if tuples and len(tuples) == len(returned):
                yield from _always_none(tuples)


def _always_none(tuples: list[ast.Tuple]) -> Iterator[tuple[int, ast.expr]]:
    for place in range(min(len(one.elts) for one in tuples)):
        if all(isinstance(one.elts[place], ast.Constant) and one.elts[place].value is None for one in tuples):  # type: ignore[attr-defined]  # a Constant has one
            yield place, tuples[-1]
