"""Which layers does no function call that a loop makes for them, since each sees the last round's?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth, Instance, Layer
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Late, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.late_functions import is_at_once, is_inside
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """All but the last, where nothing else calls them and a gradient is asked for."""
    machine = program.machine
    seen: set[ast.AST] = set()
    for one in machine.log.late_bound:
        if one.function in seen or one.function not in machine.log.functions_run:
            continue
        lost = [held for held in _others(one) if _only_late(one, held)]
        query = _asked(machine, one, lost) if len(lost) == len(_others(one)) else None
        if query is None:
            continue
        seen.add(one.function)
        unsure = Severity.WARNING if one.value.many else None
        for birth in _named(one, lost):
            note, scene = "calls the last one alone", query.scene
            yield starve(
                birth, Kind.UNCALLED_LAYER, one.site, note, scene=scene, severity=unsure, variant="late"
            )


def _others(one: Late) -> list[Layer | Instance]:
    """The layers of all rounds but the last; of a list whose layers are not told apart, those there are."""
    items = one.value.items if one.value.many else one.value.items[:-1]
    return [held for held in items if isinstance(held, (Layer, Instance))]


def _only_late(one: Late, held: Layer | Instance) -> bool:
    """Whether a layer is not handed away, and the function does not call it while the loop runs."""
    return not held.escaped and not any(
        is_inside(one, site) and is_at_once(one, site) for site in held.called
    )


def _asked(machine: Machine, one: Late, lost: list[Layer | Instance]) -> Query | None:
    """Who asks for a gradient of such layers, where no loss depends on them by anything else."""
    births = [birth for held in lost for birth in weights_of(machine, held) if could_train(birth)]
    excused = looked_after(machine) if births else set()
    if not births or any(meant(birth, excused) for birth in births):
        return None
    nodes = {birth.node for birth in births}
    asked = [query for query in machine.log.queries if _lists(machine, query, nodes)]
    alive = (
        machine.graph.backward(query.target, lambda edge: not is_inside(one, edge.site)) for query in asked
    )
    return asked[0] if asked and all(nodes.isdisjoint(behind) for behind in alive) else None


def _lists(machine: Machine, query: Query, nodes: set[int]) -> bool:
    return not nodes.isdisjoint(birth.node for birth in weights_of(machine, query.sources))


def _named(one: Late, lost: list[Layer | Instance]) -> Iterator[Birth]:
    """The layers under the names that they are kept by, or the list without its last."""
    sites = [held.site for held in lost if held.site is not None]
    anew = one.value.many and len(one.value.items) == 1 and isinstance(one.written, ast.Name)
    last = " of every round but the last" if anew else "[:-1]"
    label = f"{ast.unparse(one.written)}{last}"
    if one.value.many or not all(held.label for held in lost):
        yield from (Birth(-1, site, name=label, label=label) for site in sites[:1])
        return
    for held in lost:
        own = [birth for birth in held.births if birth.owner is held and birth.of_layer]
        if held.site is not None:
            yield own[0] if own else Birth(-1, held.site, name=held.label, label=held.label)
