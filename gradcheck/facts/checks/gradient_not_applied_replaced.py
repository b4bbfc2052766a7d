"""Which gradients does the next round of a loop replace, in a list that starts as zeros, as a sum does?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Gradients
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Replaced
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.clearing import ZEROS
from gradcheck.facts.ownership.intended import could_train, handed_over, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """The variables of a step that applies what the last round left."""
    machine = program.machine
    for one in machine.log.replaced:
        place = _written(one)
        for gradients in _of_rounds(machine, one) if place else ():
            excused = handed_over(machine)
            for birth in weights_of(machine, gradients.sources):
                if place and could_train(birth) and not meant(birth, excused):
                    note = "replaced in the next round"
                    yield starve(birth, Kind.NOT_APPLIED, place, note, scene="tape", variant="last")


def _of_rounds(machine: Machine, one: Replaced) -> list[Gradients]:
    """What each round puts where the gradients of the last one were, and what is applied afterwards."""
    old, new = list(machine.nodes(one.old)), set(machine.nodes(one.new))
    operations = [machine.operations.get(node) for node in old]
    if not old or not all(operation is not None and operation.word in ZEROS for operation in operations):
        return []
    behind = machine.graph.backward(new)
    if behind & set(old) or not _applied_after(machine, one, new):
        return []
    return [taken for taken in machine.log.gradients if taken.node in behind and _within(one, taken.site)]


def _applied_after(machine: Machine, one: Replaced, nodes: set[int]) -> bool:
    return any(
        handed.site.frame is one.loop.frame
        and not _within(one, handed.site)
        and nodes.intersection(machine.nodes(handed.pairs))
        for handed in machine.log.handed
    )


def _within(one: Replaced, site: Site) -> bool:
    """Whether something stands in the loop, or is called there."""
    loop = one.loop.node
    for frame in site.frame.chain():
        if frame is one.loop.frame:
            return loop.lineno <= site.node.lineno <= (loop.end_lineno or 0)
        site = Site(frame.call, frame) if frame.call is not None else site
    return False


def _written(one: Replaced) -> Site | None:
    """The one assignment of the loop to the name, a statement of its own that runs in every round."""
    body = one.loop.node.body if isinstance(one.loop.node, (ast.For, ast.While)) else []
    stored = (node for node in ast.walk(one.loop.node) if isinstance(node, ast.Name) and node.id == one.name)
    if sum(isinstance(node.ctx, ast.Store) for node in stored) != 1:
        return None
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if name == one.name:
                return Site(statement, one.loop.frame)
    return None
