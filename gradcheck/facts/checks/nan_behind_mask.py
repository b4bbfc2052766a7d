"""Which weights get NaN from a branch that a mask hides?

`tf.where(x > 0, tf.sqrt(x), 0)`: on the way back the hidden branch is multiplied by zero, and zero times
infinity is NaN. So it is with `tf.where(x > 20, x, tf.math.log(1 + tf.exp(x)))`, and with the entropy of a
softmax over logits that are ruled out by minus infinity.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.masks import Hidden, hidden_hazards
from gradcheck.facts.numerics.overflows import hidden_overflows
from gradcheck.facts.numerics.ruled_out import hidden_products
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import weights_through
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

CASES = {"*": "times", "boolean_mask": "taken out"}
"""What hides a value otherwise than by choosing another one."""


def ask(program: Program) -> Iterator[Starved]:
    """Every weight behind a hazard that a mask hides."""
    for node, (hazard, operands, case) in _hidden(program.machine).items():
        for birth, keras in weights_through(program, node, operands):
            note = "not finite where it is hidden"
            yield starve(birth, Kind.NAN_BEHIND_MASK, hazard.site, note, keras=keras, variant=case)


def _hidden(machine: Machine) -> dict[int, tuple[Operation, list[Value], str]]:
    """Each hazard by the node of its result, with the operands that it gives NaN to, and the case that it is.
    What is infinite in a product is told of with the product."""
    products = {node: (product, [other], "") for node, product, other in hidden_products(machine)}
    told = machine.graph.backward(products)
    overflows = {node: Hidden(one, "where") for node, one in hidden_overflows(machine).items()}
    hazards = hidden_hazards(machine, Starts(machine)) | overflows
    alone = {
        node: (one.hazard, one.hazard.inputs, CASES.get(one.by, ""))
        for node, one in hazards.items()
        if node not in told
    }
    return products | alone
