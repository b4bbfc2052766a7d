"""Which layers of a list does no loop ever come to?

`zip` stops with its shortest list, and a `return` in the body of a loop leaves it in the first round.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Birth, Instance, Layer
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import PassedOver, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.ownership.text import described
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """The rest of a list that nothing but such a loop reads."""
    machine = program.machine
    seen: set[ast.expr] = set()
    for one in machine.log.passed_over:
        if one.written not in seen and _only_here(one) and (query := _asked(machine, one)) is not None:
            seen.add(one.written)
            unsure = None if one.value.length is not None else Severity.WARNING
            birth = _rest(one)
            if birth is not None:
                yield starve(
                    birth,
                    Kind.UNCALLED_LAYER,
                    one.site,
                    "goes no further",
                    scene=query.scene,
                    severity=unsure,
                )


def _only_here(one: PassedOver) -> bool:
    """Whether the text of the module reads the list in this one place."""
    nodes = list(ast.walk(one.site.frame.module.tree))
    asides = {id(value) for node in nodes for value in described(node)}
    reads: list[ast.Attribute] | list[ast.Name]
    match one.written:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            reads = [node for node in nodes if isinstance(node, ast.Attribute) and node.attr == name]
        case ast.Name(id=name):
            reads = [node for node in nodes if isinstance(node, ast.Name) and node.id == name]
        case _:
            return False
    read = [node for node in reads if isinstance(node.ctx, ast.Load) and id(node) not in asides]
    words = any(isinstance(node, ast.Constant) and node.value == name for node in nodes)
    return len(read) == 1 and not words


def _asked(machine: Machine, one: PassedOver) -> Query | None:
    """Who asks for a gradient of the layers in the list."""
    layers = [held for held in flatten(one.value) if isinstance(held, (Layer, Instance))]
    births = {birth.node for held in layers for birth in weights_of(machine, held) if could_train(birth)}
    excused = looked_after(machine) if births else set()
    for query in machine.log.queries if births else ():
        asked = [birth for birth in weights_of(machine, query.sources) if birth.node in births]
        if asked and not any(meant(birth, excused) for birth in asked):
            return query
    return None


def _rest(one: PassedOver) -> Birth | None:
    """The layers that are left over, under the name that the program gives them."""
    made = next((held for held in flatten(one.value) if isinstance(held, (Layer, Instance))), None)
    if made is None or made.site is None:
        return None
    last = one.value.length == one.taken + 1
    left = one.left or f"[{one.taken}{'' if last else ':'}]"
    label = f"{ast.unparse(one.written)}{left}"
    return Birth(-1, made.site, name=label, label=label)
