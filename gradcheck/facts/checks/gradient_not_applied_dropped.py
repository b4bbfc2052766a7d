"""Which gradients are computed in a step of training, perhaps clipped and measured, and never applied?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.classes import MODEL
from gradcheck.facts.domain.values import Gradients, Instance
from gradcheck.facts.facts import Starved
from gradcheck.facts.ownership.idle_optimizers import idle_optimizer
from gradcheck.facts.ownership.intended import (
    could_train,
    looked_after,
    meant,
    steps_itself,
    trained_by_keras,
)
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.handed_gradients import given, goes_nowhere, moved_weights
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

TRAINING = ("train", "step", "fit", "update", "learn", "optim")
"""Words in the name of a function that trains."""


def ask(program: Program) -> Iterator[Starved]:
    """Variables that no optimizer moves, of a step that would: it is Keras' own, or its optimizer is idle."""
    machine = program.machine
    to_optimizers = given(machine)
    # Where a line makes new values by them, that line is told of.
    used = machine.graph.backward(one.value.node for one in machine.log.renamed)
    waiting = [one for one in machine.log.gradients if one.node not in to_optimizers | used]
    lost = [one for one in waiting if _would_train(one) and goes_nowhere(program, one, to_optimizers)]
    if not lost or (moved := moved_weights(machine)) is None:
        return
    excused = moved | looked_after(machine) | trained_by_keras(machine)
    for gradients in lost:
        behind = machine.graph.backward([gradients.node])
        for birth in weights_of(machine, gradients.sources):
            if birth.node in behind and could_train(birth) and not meant(birth, excused):
                yield starve(birth, Kind.NOT_APPLIED, gradients.site, "asked for here", scene="tape")


def _would_train(gradients: Gradients) -> bool:
    """Whether a gradient is computed for a step of training, as far as the program says."""
    if _own_step(gradients) is not None:
        return True
    in_training = bool(gradients.loops) or any(
        word in frame.where.lower() for frame in gradients.site.frame.chain() for word in TRAINING
    )
    return in_training and idle_optimizer(gradients.site.frame.module.tree)


def _own_step(gradients: Gradients) -> Instance | None:
    """The model whose own `train_step` computes a gradient: there is no other step that `fit` would do."""
    for frame in gradients.site.frame.chain():
        function = frame.function
        bound = function.bound if function is not None else None
        if function is not None and getattr(function.node, "name", "") == "train_step":
            trained = isinstance(bound, Instance) and bound.model.kind == MODEL and steps_itself(bound)
            return bound if isinstance(bound, Instance) and trained else None
    return None
