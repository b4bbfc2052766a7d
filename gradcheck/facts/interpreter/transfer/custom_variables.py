"""What a gradient of the user's own has for the variables that its function reads itself."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import ALWAYS, Edge, Site
from gradcheck.facts.domain.values import Choice, Function, Opaque, Sequence, Tensor, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.gradient_functions import (
    given_once,
    gradient_functions,
    is_zero,
    returns_of,
    takes_variables,
)
from gradcheck.report.kinds import Kind

Run = Callable[[Machine, Function, Arguments], Value]


def note_variables(
    machine: Machine, function: Function, arguments: Arguments, result: Tensor, frame: Frame, run: Run
) -> None:
    """The weights that a function reads take part in the result, and get what its gradient function has for
    them; its body is run on nothing known, so that what it returns comes of them alone."""
    gradients = [*gradient_functions(function.node)]
    if not any(map(takes_variables, gradients)):
        return
    lost = [one for inner in gradients for one in _lost(inner)]
    for value in _results(run(machine, function, _unknown(arguments))):
        if not lost:
            machine.draw(value, result.node, machine.site(arguments.node), recorded=ALWAYS)
            continue
        for source in machine.nodes(value):
            site, detail = Site(lost[-1], frame), "" if _gives_none(lost[-1].elts[1]) else "zeros"
            machine.graph.connect(Edge(source, result.node, site, Kind.CUSTOM_GRADIENT, detail=detail))


def _unknown(arguments: Arguments) -> Arguments:
    positional = tuple((node, Opaque()) for node, _ in arguments.positional)
    keywords = tuple((word, node, Opaque()) for word, node, _ in arguments.keywords)
    return replace(arguments, positional=positional, keywords=keywords, starred=())


def _results(made: Value) -> list[Value]:
    """What a function returns beside its gradient function."""
    pairs = made.options if isinstance(made, Choice) else (made,)
    return [one.items[0] if isinstance(one, Sequence) and one.items else one for one in pairs]


def _lost(inner: ast.FunctionDef) -> list[ast.Tuple]:
    """What a gradient function returns, if it always gives zeros or None for the variables; what else it
    returns is for a function that reads none."""
    whole = [one for one in returns_of(inner) if isinstance(one, ast.Tuple) and len(one.elts) == 2]
    lost = all(_gives_none(one.elts[1]) or _are_zero(inner, one.elts[1]) for one in whole)
    plain = [one for one in returns_of(inner) if one not in whole]
    return whole if lost and not any(isinstance(one, ast.Call) for one in plain) else []


def _gives_none(node: ast.expr) -> bool:
    """Whether a list has nothing but None: `[None] * len(variables)`."""
    match node:
        case ast.BinOp(left=ast.List(elts=[*parts]), op=ast.Mult()):
            return all(isinstance(one, ast.Constant) and one.value is None for one in parts)
        case ast.ListComp(elt=ast.Constant(value=None)):
            return True
    return False


def _are_zero(inside: ast.FunctionDef, node: ast.expr) -> bool:
    """Whether a list has nothing but zeros: `[tf.zeros_like(v) for v in variables]`."""
    match node:
        case ast.ListComp(elt=one):
            return is_zero(inside, one)
        case ast.List(elts=[*parts]) if parts:
            return all(is_zero(inside, one) for one in parts)
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[one]):
            return _are_zero(inside, one)
        case ast.Call(func=ast.Name(id="map"), args=[ast.Attribute(attr="zeros_like"), _]):
            return True
        case ast.Name(id=name):
            given = given_once(inside, name)
            return given is not None and not isinstance(given, ast.Name) and _are_zero(inside, given)
    return False
