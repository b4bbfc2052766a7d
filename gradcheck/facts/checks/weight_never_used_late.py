"""Which weights does no function read that a loop makes for them, since each sees the last round's?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import LateWeight, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.late_functions import is_at_once, is_inside
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Those of every round but the last, where nothing else reads them and a gradient is asked for."""
    machine = program.machine
    excused = looked_after(machine) if machine.log.late_weights else set()
    for one in machine.log.late_weights:
        used = one.function in machine.log.functions_run and could_train(one.birth)
        if not used or meant(one.birth, excused) or _is_read_at_once(machine, one):
            continue
        query = next(filter(lambda asked: _is_lost(machine, asked, one), machine.log.queries), None)
        if query is not None:
            lost = Birth(-1, one.birth.site, name=one.name, label=f"{one.name} of every round but the last")
            note, scene = "reads the last one alone", query.scene
            yield starve(
                lost,
                Kind.UNUSED_WEIGHT,
                one.site,
                note,
                scene=scene,
                severity=Severity.WARNING,
                variant="late",
            )


def _is_read_at_once(machine: Machine, one: LateWeight) -> bool:
    """Whether the function runs while the loop does."""
    sites = (edge.site for edge in machine.graph.outgoing[one.birth.node])
    return any(site is not None and is_inside(one, site) and is_at_once(one, site) for site in sites)


def _is_lost(machine: Machine, query: Query, one: LateWeight) -> bool:
    """Whether a gradient of the weight is asked for, to whose loss only the function leads."""
    asked = any(birth.node == one.birth.node for birth in weights_of(machine, query.sources))
    return asked and one.birth.node not in machine.graph.backward(
        query.target, lambda edge: not is_inside(one, edge.site)
    )
