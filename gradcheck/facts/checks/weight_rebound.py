"""Which names held a weight and now hold a tensor computed from it, so that the next step trains nothing?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Rebinding
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.report.finding import Step
from gradcheck.report.kinds import BOTH_KERAS, Kind


def ask(program: Program) -> Iterator[Starved]:
    """Updates written as `w = w - lr * gradient` instead of `w.assign_sub(lr * gradient)`."""
    machine = program.machine
    for one in machine.log.rebound:
        if (
            one.birth.trainable is True
            and one.lasting
            and (_replaces(machine, one) if one.in_call else _updates(machine, one))
            and not _watched(machine, one)
        ):
            weight, cut = weight_of(one.birth), cut_at(one.site, Kind.REBOUND)
            trail = (
                Step(weight.birth, "created"),
                Step(cut.location, "from here on this name holds a plain tensor"),
            )
            yield Starved(weight, cut, trail, BOTH_KERAS, "tape")


def _replaces(machine: Machine, one: Rebinding) -> bool:
    """Whether a layer's call puts in a weight's place what it computes from it: Keras then loses the one, and
    every later call starts from the other."""
    return one.attribute and one.birth.node in machine.graph.backward([one.value.node])


def _updates(machine: Machine, one: Rebinding) -> bool:
    """Whether the new value is computed from the weight and from a gradient that was asked for it."""
    behind = machine.graph.backward([one.value.node])
    return one.birth.node in behind and any(
        asked.node in behind and one.birth in weights_of(machine, asked.sources)
        for asked in machine.log.gradients
    )


def _watched(machine: Machine, one: Rebinding) -> bool:
    return any(one.birth.node in tape.watched for tape in machine.log.tapes)
