"""Lists of variables that are chosen from others by tests, and what an optimizer is given of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Opaque, Value, Variables, WeightRef
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.chosen import Choosing, Naming, choosing, passes
from gradcheck.facts.ownership.weight_names import variables_of
from gradcheck.facts.ownership.weights import weights_of


class Selected(NamedTuple):
    """A list of variables that is chosen from others by tests."""

    variables: Value
    how: Choosing
    site: Site


def applied(machine: Machine, steps: list[Query]) -> list[Query]:
    """The questions whose gradients an optimizer is given."""
    behind = machine.graph.backward(machine.log.stepped) if steps else set()
    taken = {one.site.node for one in machine.log.gradients if one.node in behind}
    return [query for query in steps if query.site.node in taken]


def selected(query: Query) -> Iterator[Selected]:
    for held in flatten(query.sources):
        site = _taken(held)
        how = choosing(site.frame.module.tree, site.node) if site is not None else None
        if site is not None and how is not None:
            yield Selected(held, how, site)


def _taken(held: Value) -> Site | None:
    """Where the variables were taken from their list."""
    match held:
        case Variables():
            return held.site
        case Opaque() | WeightRef():
            return held.taken
    return None


def kept_by(machine: Machine, query: Query, naming: Naming) -> Iterator[tuple[int, str]]:
    """The variables that a step moves, or may move."""
    chosen = {id(one.variables): one.how for one in selected(query)}
    for held in flatten(query.sources):
        how = chosen.get(id(held))
        for birth in weights_of(machine, held):
            for one in variables_of(birth):
                if how is None or passes(how, one, naming) is not False:
                    yield birth.node, one.word
