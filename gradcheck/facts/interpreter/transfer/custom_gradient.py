"""Functions with a gradient of the user's own: which arguments it has no gradient for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import is_symbolic
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Edge, Site
from gradcheck.facts.domain.values import Function, Tensor
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.custom_factors import FACTOR, zero_factors
from gradcheck.facts.interpreter.transfer.custom_variables import Run, note_variables
from gradcheck.facts.interpreter.transfer.gradient_functions import (
    gradient_functions,
    is_zero,
    names_in,
    returns_of,
    takes_variables,
)
from gradcheck.report.kinds import Kind


def call_custom(machine: Machine, function: Function, arguments: Arguments, run: Run) -> Tensor:
    """The result of a `@tf.custom_gradient` function: everything flows, but for the arguments whose
    gradient it returns as None or as zeros; known to flow is what it computes a gradient for. `run` is how
    its body is run, for the variables that it reads itself."""
    lost = dict(_lost(function.node, len(arguments.values())))
    factors = zero_factors(machine, function, arguments)
    lost |= {place: (factor, FACTOR) for place, factor in factors if place not in lost}
    traps = _only_trapped(function.node)
    lost = {place: one for place, one in lost.items() if not one[1] or place not in traps}
    passed = _computed(function.node, len(arguments.values())) - lost.keys()
    values = [*enumerate(arguments.values())]
    flowing = [value for place, value in values if place in passed]
    if others := [value for place, value in values if place not in passed and place not in lost]:
        flowing.append(machine.unknown(arguments.node, others))
    result = machine.unknown(arguments.node, flowing, None)
    result.symbolic = any(is_symbolic(value) for value in arguments.values())
    frame = Frame(
        function.module, f"{getattr(function.node, 'name', 'lambda')}()", machine.frame.phase, machine.frame
    )
    for place, value in enumerate(arguments.values()):
        if place in lost:
            returned, detail = lost[place]
            site = Site(returned, frame)
            for source in machine.nodes(value):
                edge = Edge(source, result.node, site, Kind.CUSTOM_GRADIENT, detail=detail)
                machine.graph.connect(edge)
    _note_closure(machine, function, result, frame)
    note_variables(machine, function, arguments, result, frame, run)
    return result


CLOSURE = "closure"
"""The detail of a cut where a value comes in by no argument."""


def _note_closure(machine: Machine, function: Function, result: Tensor, frame: Frame) -> None:
    """What a function reads besides its arguments takes part in the result, and has no gradient."""
    gradients = [*gradient_functions(function.node)]
    returned = [one for inner in gradients for one in returns_of(inner)]
    if not returned or any(map(takes_variables, gradients)):
        return
    site = Site(returned[-1], frame)
    for name in _read_besides(function.node):
        value = function.scope.find(name)
        for source in machine.nodes(value) if isinstance(value, Tensor) else ():
            edge = Edge(source, result.node, site, Kind.CUSTOM_GRADIENT, detail=CLOSURE)
            machine.graph.connect(edge)


def _read_besides(node: ast.AST) -> set[str]:
    """The names that a function reads and neither is given nor gives a value."""
    nodes = list(ast.walk(node))
    own = {one.arg for one in nodes if isinstance(one, ast.arg)}
    names = [one for one in nodes if isinstance(one, ast.Name)]
    own |= {one.id for one in names if not isinstance(one.ctx, ast.Load)}
    inner = {one.name for one in nodes if isinstance(one, ast.FunctionDef)}
    return {one.id for one in names} - own - inner


def _only_trapped(node: ast.AST) -> set[int]:
    """The positions that only the gradient functions read: zero is their slope, and they are handed in for a
    tape to come by."""
    inside = {id(one) for inner in gradient_functions(node) for one in ast.walk(inner)}
    read = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and id(one) not in inside}
    named = parameters(node.args) if isinstance(node, ast.FunctionDef) else ()
    return {place for place, one in enumerate(named) if one.arg not in read}


def _computed(node: ast.AST, count: int) -> set[int]:
    """The positions for which some `return` of the inner gradient function computes something."""
    data = _computed_names(node)
    made = [one for inner in gradient_functions(node) for one in ast.walk(inner)]
    returned = [one.value for one in made if isinstance(one, ast.Return) and one.value]
    rows = [one.elts if isinstance(one, ast.Tuple) else [one] for one in returned]
    whole = [row[:count] for row in rows if len(row) >= count]
    return {place for row in whole for place, part in enumerate(row) if _mentions(part, data)}


def _computed_names(node: ast.AST) -> set[str]:
    """The parameters of a function and of those inside, and what is computed from them."""
    nodes = list(ast.walk(node))
    names = {one.arg for one in nodes if isinstance(one, ast.arg)}
    for one in nodes:
        if isinstance(one, ast.Assign) and _mentions(one.value, names):
            names |= {inner.id for target in one.targets for inner in _stored(target)}
    return names


def _stored(target: ast.expr) -> Iterator[ast.Name]:
    return (one for one in ast.walk(target) if isinstance(one, ast.Name))


def _mentions(node: ast.expr, names: set[str]) -> bool:
    return any(isinstance(one, ast.Name) and one.id in names for one in ast.walk(node))


def _lost(node: ast.AST, count: int) -> Iterator[tuple[int, tuple[ast.expr | ast.stmt, str]]]:
    """The positions for which every `return` of the inner gradient function gives None or zeros, with the
    return value and which of both; its definition where it returns nothing at all."""
    handed = {name.id for one in ast.walk(node) if isinstance(one, ast.Return) for name in names_in(one)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef) and inner is not node:
            returned = [
                one.value for one in ast.walk(inner) if isinstance(one, ast.Return) and one.value is not None
            ]
            tuples = [value for value in returned if isinstance(value, ast.Tuple)]
            if tuples and len(tuples) == len(returned):
                yield from _always(tuples, _is_none, "")
                yield from _always(tuples, partial(is_zero, inner), "zeros")
            elif count == 1 and inner.name in handed and all(map(_is_none, returned)) and _ends(inner):
                yield 0, (inner, "")
            elif (
                count == 1
                and inner.name in handed
                and returned
                and all(map(partial(is_zero, inner), returned))
            ):
                yield 0, (returned[-1], "zeros")


def _ends(node: ast.FunctionDef) -> bool:
    """Whether a function can come to its end: it does not raise, and is no generator."""
    apart = (ast.Raise, ast.Yield, ast.YieldFrom)
    return not any(isinstance(inner, apart) for inner in ast.walk(node))


def _always(
    tuples: list[ast.Tuple], is_lost: Callable[[ast.expr], bool], detail: str
) -> Iterator[tuple[int, tuple[ast.expr, str]]]:
    for place in range(min(len(one.elts) for one in tuples)):
        if all(is_lost(one.elts[place]) for one in tuples):
            yield place, (tuples[-1], detail)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
