"""Terms of a loss that a program overwrites where it meant to add."""

from __future__ import annotations

from gradcheck.facts.domain.values import Birth, Tensor
from gradcheck.facts.interpreter.log import Overwritten, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of


def lost_with(machine: Machine, query: Query, one: Overwritten) -> list[Birth]:
    """The weights that a gradient is asked for, and that only a term of the loss used that nobody read."""
    old = one.old
    if (
        not isinstance(old, Tensor)
        or machine.graph.outgoing[old.node]
        or one.site.frame is not query.site.frame
    ):
        return []
    if any(old.node in other.target for other in machine.log.queries):
        return []
    if not set(machine.nodes(one.new)) & (behind := machine.graph.backward(query.target)):
        return []
    used = machine.graph.backward([old.node])
    births = [birth for birth in weights_of(machine, query.sources) if birth.node in used - behind]
    excused = looked_after(machine) if births else set()
    return [birth for birth in births if could_train(birth) and not meant(birth, excused)]
