"""Which variables does `zip` leave without a gradient, since it was asked for fewer of them?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import KERAS_BITS, Site
from gradcheck.facts.domain.values import Birth, Gradients, Value, Zip
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Handed, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import (
    could_train,
    is_tape,
    listed,
    looked_after,
    meant,
    trained_by_keras,
)
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.known_lists import unclear
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """The weights of the longer list that the loss depends on, and that no tape is ever asked for."""
    machine = program.machine
    short = [(one, rest) for handed in machine.log.handed for one, rest in _too_short(machine, handed)]
    excused = looked_after(machine) | listed(machine) | trained_by_keras(machine) if short else set()
    for gradients, rest in short:
        alive = _alive(machine, gradients)
        for birth in rest:
            if birth.node in alive and could_train(birth) and not meant(birth, excused):
                note = "asked for fewer than are moved"
                yield starve(
                    birth, Kind.WRONG_VARIABLES, gradients.site, note, scene="tape", variant="zipped"
                )


def _too_short(machine: Machine, handed: Handed) -> Iterator[tuple[Gradients, list[Birth]]]:
    """The gradients that are zipped with more variables than they are for, and those that are left over."""
    pairs = handed.pairs if isinstance(handed.pairs, Zip) else _gone_through(machine, handed)
    if pairs is None or len(pairs.parts) != 2:
        return
    given, variables = pairs.parts
    sources = _made_of(machine, given)
    if len(sources) != 1 or unclear(variables) or unclear(sources[0].sources):
        return
    asked = {birth.node for birth in weights_of(machine, sources[0].sources)}
    moved = weights_of(machine, variables)
    if asked and asked < {birth.node for birth in moved}:
        yield sources[0], [birth for birth in moved if birth.node not in asked]


def _gone_through(machine: Machine, handed: Handed) -> Zip | None:
    """What a comprehension goes through that makes the pairs, and leaves out at most those without a
    gradient."""
    call = handed.site.node
    written = call.args[0] if isinstance(call, ast.Call) and call.args else None
    match written:
        case ast.ListComp(elt=pair, generators=[each]) | ast.GeneratorExp(elt=pair, generators=[each]):
            if _by_gradient(pair, each):
                return next((one for one, site in machine.log.zipped if _stands(site, each, handed)), None)
    return None


def _by_gradient(pair: ast.expr, each: ast.comprehension) -> bool:
    """Whether the second of each pair is the variable as it was, and no test asks for it."""
    match pair, each.target:
        case ast.Tuple(elts=[_, ast.Name(id=given)]), ast.Tuple(elts=[ast.Name(), ast.Name(id=name)]):
            asked = {one.id for test in each.ifs for one in ast.walk(test) if isinstance(one, ast.Name)}
            return given == name and name not in asked
    return False


def _stands(site: Site, each: ast.comprehension, handed: Handed) -> bool:
    return site.node is each.iter and site.frame is handed.site.frame


def _made_of(machine: Machine, given: Value) -> list[Gradients]:
    """The gradients that some values are, or are made of; none where anything unknown is among these."""
    asked = {one.node: one for one in machine.log.gradients}
    behind = machine.graph.backward(machine.nodes(given), lambda edge: edge.target not in asked)
    if not behind.isdisjoint(machine.graph.unknown | {machine.escape_node}):
        return []
    return [one for node, one in asked.items() if node in behind]


def _alive(machine: Machine, gradients: Gradients) -> set[int]:
    """What the loss depends on that these are the gradients of."""
    graph, found = machine.graph, set[int]()
    for query in [one for one in machine.log.queries if _same(one, gradients)]:
        found |= set.intersection(*(graph.alive(query.target, query.bit, bit) for bit in KERAS_BITS.values()))
    return found


def _same(query: Query, gradients: Gradients) -> bool:
    return is_tape(query) and query.site == gradients.site
