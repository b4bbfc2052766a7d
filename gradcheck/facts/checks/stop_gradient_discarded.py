"""Which weights was a `stop_gradient` to keep fixed whose result nobody uses?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Discarded
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """What the value refers to, or the value itself where that is not known."""
    seen: set[ast.AST] = set()
    for one in program.machine.log.stops:
        if one.site.node not in seen:
            seen.add(one.site.node)
            for birth in _behind(program.machine, one) or [_nameless(one)]:
                yield starve(birth, Kind.STOP_DISCARDED, one.site, "thrown away here")


def _behind(machine: Machine, one: Discarded) -> list[Birth]:
    own = weights_of(machine, one.value)
    behind = machine.graph.backward(machine.nodes(one.value))
    others = [birth for birth in machine.log.births if birth.node in behind] if not own else []
    return [birth for birth in (*own, *others) if could_train(birth)]


def _nameless(one: Discarded) -> Birth:
    given = one.site.node.args[0] if isinstance(one.site.node, ast.Call) else one.site.node
    code = one.site.frame.module.code(given, 30)
    return Birth(-1, one.site, name=code, label=code)
