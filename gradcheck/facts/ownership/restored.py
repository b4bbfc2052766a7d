"""Which calls of `set_weights` give a model nothing but what it had itself: the best weights of a training,
put back as `get_weights` kept them. Nothing comes from elsewhere then."""

from __future__ import annotations

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Constant, Tensor, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.weights import weights_of


def restored(machine: Machine) -> set[int]:
    """The calls, as identities of expressions."""
    found = set[int]()
    for owner, arguments, site, _ in machine.log.exchanged:
        # What a name held before is no list of weights.
        given = [one for one in flatten(arguments.get("weights", 0)) if not isinstance(one, Constant)]
        own = {birth.node for birth in weights_of(machine, owner)}
        if given and all(_is_kept(machine, one, own) for one in given):
            found.add(id(site.node))
    return found


def _is_kept(machine: Machine, value: Value, own: set[int]) -> bool:
    """Whether a value is what `get_weights` made of some weights, and of no others."""
    if not isinstance(value, Tensor):
        return False
    graph, read = machine.graph, machine.graph.incoming[value.node]
    listed = [edge.source for edge in read if edge.detail == "get_weights()"]
    behind = {edge.source for node in listed for edge in graph.incoming[node]}
    return len(listed) == len(read) == 1 and bool(behind) and behind <= own
