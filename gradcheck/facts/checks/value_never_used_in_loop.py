"""Which layers does a loop make and call on one and the same value, so that only the last round's is kept?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import FUNCTIONS, inside
from gradcheck.facts.domain.values import Layer
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import ModelCall
from gradcheck.facts.ownership.intended import could_train, handed_over, meant
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import loop_around
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity

_LEAVING = (ast.Break, ast.Return, ast.Yield, ast.YieldFrom, ast.Continue)


def ask(program: Program) -> Iterator[Starved]:
    """Layers of all rounds but the last, where each round replaces what the one before made."""
    machine = program.machine
    calls = [call for call in machine.log.calls if _made_here(call)]
    away = handed_over(machine) if calls else set()
    for call in calls:
        value = _replaced(call)
        for birth in call.owner.births if value is not None and isinstance(call.owner, Layer) else ():
            if value is not None and could_train(birth) and not meant(birth, away):
                yield starve(
                    birth,
                    Kind.DEAD_VALUE,
                    Site(value, call.site.frame),
                    "replaced in the next round",
                    scene="fit",
                    severity=Severity.WARNING,
                )


def _made_here(call: ModelCall) -> bool:
    """Whether a layer is made where it is called, `Dense(8)(x)`: nothing else can have it."""
    node = call.site.node
    return isinstance(call.owner, Layer) and isinstance(node, ast.Call) and node.func is call.owner.site.node


def _replaced(call: ModelCall) -> ast.expr | None:
    """What a loop gives to a name in every round, with this call in it, and never reads."""
    loop = loop_around(call.site)
    if not isinstance(loop, ast.For) or not _repeats(loop):
        return None
    for statement in loop.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if call.site.within(statement):
                read = _reads(loop, name) or any(
                    _reads(one, name) for one in _functions(call.site.frame.code)
                )
                if call.site.node in ast.walk(value) and not read:
                    return value
    return None


def _repeats(loop: ast.For) -> bool:
    """Whether a loop may have several rounds, each of which runs to its end."""
    match loop.iter:
        case ast.List(elts=items) | ast.Tuple(elts=items) if len(items) < 2:
            return False
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=0 | 1)]):
            return False
    return not any(isinstance(inner, _LEAVING) for inner in ast.walk(loop))


def _functions(code: ast.AST) -> list[ast.AST]:
    """The functions that the code around a loop defines, and that a round may call."""
    return [one for one in inside(code) if isinstance(one, FUNCTIONS) and one is not code]


def _reads(loop: ast.AST, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for node in ast.walk(loop)
    )
