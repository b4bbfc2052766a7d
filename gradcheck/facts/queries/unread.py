"""Weights whose data ends in an argument that a function does not read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.keras_names import RECURRENT
from gradcheck.facts.interpreter.log import Query, Unread
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import Answer, starving


@dataclass(eq=False, repr=False)
class EndsUnread:
    """One weight that a gradient is asked for, with the parameter that its data ends in. `site` is the place
    to repair: the recurrent layer that was to start from it, else the parameter."""

    answer: Answer
    parameter: Site
    site: Site


def ends_unread(program: Program) -> list[EndsUnread]:
    """Every such weight."""
    known: list[EndsUnread] | None = program.memory.get("ends unread")
    if known is None:
        known = program.memory["ends unread"] = [*_ends_unread(program)]
    return known


def _ends_unread(program: Program) -> Iterator[EndsUnread]:
    machine = program.machine
    if not machine.log.unread:
        return
    excused = looked_after(machine)
    for answer in starving(program):
        birth = answer.birth
        asked = answer.query.in_training and not answer.cuts and could_train(birth)
        found = _unread(machine, answer) if asked and not meant(birth, excused) else None
        if found is not None:
            yield EndsUnread(answer, found.site, _started_anew(machine, found) or found.site)


def _unread(machine: Machine, answer: Answer) -> Unread | None:
    """The last parameter that what is computed from a weight is handed over in, and that nothing reads."""
    mine = _seen(machine, answer.query)
    reached = machine.graph.forward([answer.birth.node], lambda edge: not edge.writes).keys() if mine else ()
    found = [one for one in mine if any(node in reached for node in one.nodes)]
    return found[-1] if found else None


def _seen(machine: Machine, query: Query) -> list[Unread]:
    """What functions did not read in the run of the same entry point; `fit` runs one by itself."""
    if query.tape is None:
        return machine.log.unread
    entry = query.site.frame.outermost
    return [one for one in machine.log.unread if one.site.frame.outermost is entry]


def _started_anew(machine: Machine, unread: Unread) -> Site | None:
    """The call of the one recurrent layer that could have started from what is not read."""
    calls = [
        site
        for layer in machine.log.layers
        if layer.name in RECURRENT
        for site in layer.called
        if site.frame is unread.site.frame
    ]
    return calls[0] if len(calls) == 1 and _is_given_no_state(calls[0].node) else None


def _is_given_no_state(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords
