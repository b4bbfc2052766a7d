"""Which weights train only by what a traced function was told to leave out when it was traced?"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Site
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.ownership.intended import could_train, is_tape
from gradcheck.facts.ownership.traced_values import Fixed, fixed_values
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.finding import Step
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Weights behind an attribute that is off at the first call, and is set when nobody looks any more."""
    for fixed in fixed_values(program.module.tree) if "tf.function" in program.module.text else ():
        off = {id(inner): place for place, part in _left_out(fixed) for inner in ast.walk(part)}
        for query in program.machine.log.queries if off else ():
            if is_tape(query) and query.site.frame.traced:
                yield from _behind(program, query, fixed, off)


Off = dict[int, ast.expr]
"""The nodes that are not run while the attribute is off, each with the expression that reads it."""


def _left_out(fixed: Fixed) -> Iterator[tuple[ast.expr, ast.AST]]:
    """What is read, and the part of the code that it leaves out."""
    for function in fixed.functions:
        for node in ast.walk(function):
            match node:
                case ast.If(test=test, body=body) if _reads(test, fixed.name):
                    yield from ((test, one) for one in body)
                case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test), orelse=body) if _reads(
                    test, fixed.name
                ):
                    yield from ((test, one) for one in body)
                case ast.IfExp(test=test, body=part) if _reads(test, fixed.name):
                    yield test, part
                case ast.BinOp(op=ast.Mult(), left=left, right=right):
                    yield from ((node, node) for one in (left, right) if _reads(one, fixed.name))


def _reads(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name


def _behind(program: Program, query: Query, fixed: Fixed, off: Off) -> Iterator[Starved]:
    graph = program.machine.graph
    births = [one for one in weights_of(program.machine, query.sources) if could_train(one)]
    for keras, bit in KERAS_BITS.items():
        alive = graph.alive(query.target, query.bit, bit)
        left = graph.backward(query.target, _without(query, bit, off))
        lost = [birth for birth in births if birth.node in alive and birth.node not in left]
        gone = [edge for node in alive - left for edge in graph.incoming[node] if _place(edge.site, off)]
        for birth in lost if gone else ():
            found = _place(gone[0].site, off)
            assert found is not None
            told = starve(birth, Kind.TRACED, found, "off when it is traced", keras=(keras,), scene="tape")
            yield replace(told, trail=(*told.trail, _late(program, fixed)))


def _without(query: Query, bit: int, off: Off) -> Callable[[Edge], bool]:
    return lambda edge: edge.flows(query.bit, bit) and _place(edge.site, off) is None


def _place(site: Site | None, off: Off) -> Site | None:
    """The expression that an operation is left out for, directly or through the call of a function."""
    for one in site.outward() if site else ():
        if id(one.node) in off:
            return Site(off[id(one.node)], one.frame)
    return None


def _late(program: Program, fixed: Fixed) -> Step:
    return Step(program.module.location(fixed.late), "set here, when it is traced already")
