"""The code that is not in the graph because of what a value is when the function is traced."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.ownership.possible import Possible
from gradcheck.facts.ownership.reading import called_name
from gradcheck.facts.ownership.traced_values import Fixed
from gradcheck.facts.ownership.writes import function_of
from gradcheck.report.finding import Step
from gradcheck.source.parse import Module

Off = dict[int, ast.expr]
"""The nodes that are not run, each with the expression that leaves it out."""
PRODUCTS = frozenset({"multiply", "scalar_mul"})
ENDS = (ast.Return, ast.Continue, ast.Break, ast.Raise)


def left_out(tree: ast.Module, fixed: Fixed) -> Off:
    """All that a value leaves out."""
    off: Off = {}
    for function in fixed.steps.inside:
        for place, part in _in(tree, fixed, function):
            for inner in ast.walk(part):
                off.setdefault(id(inner), place)  # the outermost comes first
    return off


def _in(tree: ast.Module, fixed: Fixed, function: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
    for node in ast.walk(function):
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                truth = _decided(tree, fixed, test)
                if truth is not None:
                    taken, other = (body, orelse) if truth else (orelse, body)
                    yield from ((test, one) for one in other)
                    if taken and isinstance(taken[-1], ENDS):
                        yield from ((test, one) for one in _behind(tree, node))
            case ast.IfExp(test=test, body=first, orelse=second):
                truth = _decided(tree, fixed, test)
                if truth is not None:
                    yield test, second if truth else first
            case ast.BinOp(op=ast.Mult(), left=left, right=right):
                yield from ((node, node) for one in (left, right) if _vanishes(tree, fixed, one))
            case ast.BinOp(op=ast.Div(), left=left) if _vanishes(tree, fixed, left):
                yield node, node
            case ast.Call(args=[left, right]) if called_name(node) in PRODUCTS:
                yield from ((node, node) for one in (left, right) if _vanishes(tree, fixed, one))


def _behind(tree: ast.Module, node: ast.stmt) -> list[ast.stmt]:
    body = getattr(parents(tree).get(node), "body", [])
    return body[body.index(node) + 1 :] if node in body else []


def _possible(tree: ast.Module, fixed: Fixed, node: ast.expr) -> Possible:
    """What is known at the trace; a count has not begun yet where the line stands above it."""
    above = fixed.counts and function_of(tree, node) is not function_of(tree, fixed.late)
    before = fixed.counts and node.lineno < fixed.late.lineno
    return Possible(tree, {} if above or before else {fixed.place: fixed.values})


def _decided(tree: ast.Module, fixed: Fixed, test: ast.expr) -> bool | None:
    """What a test comes out as because of the value."""
    own = _possible(tree, fixed, test).truth(test)
    return own if own is not None and own != Possible(tree, {}).truth(test) else None


def _vanishes(tree: ast.Module, fixed: Fixed, factor: ast.expr) -> bool:
    """Whether a factor is zero because of the value."""
    return _possible(tree, fixed, factor).is_zero(factor) and not Possible(tree, {}).is_zero(factor)


def place_in(site: Site | None, off: Off) -> Site | None:
    """The expression that an operation is left out for, directly or through the call of a function."""
    for one in site.outward() if site else ():
        if id(one.node) in off:
            return Site(off[id(one.node)], one.frame)
    return None


def late_step(module: Module, fixed: Fixed) -> Step:
    """The line that gives the value when nobody looks any more."""
    note = "counted here, once" if fixed.counts else "set here, when it is traced already"
    return Step(module.location(fixed.late), note)
