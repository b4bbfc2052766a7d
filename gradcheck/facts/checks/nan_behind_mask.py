"""Which weights get NaN from a branch that a mask hides?

`tf.where(x > 0, tf.sqrt(x), 0)`: on the way back the hidden branch is multiplied by zero, and zero times
infinity is NaN. So it is with `tf.where(x > 20, x, tf.math.log(1 + tf.exp(x)))`.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.facts import Starved
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.masks import hidden_hazards
from gradcheck.facts.numerics.overflows import hidden_overflows
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import weights_through
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Every weight behind a hazard that a mask hides."""
    machine = program.machine
    for node, hazard in (hidden_hazards(machine, Starts(machine)) | hidden_overflows(machine)).items():
        for birth, keras in weights_through(program, node, hazard.inputs):
            yield starve(
                birth, Kind.NAN_BEHIND_MASK, hazard.site, "not finite where it is hidden", keras=keras
            )
