"""Which masks are multiplied by infinity? Where the mask is zero, the product is no number.

`logits - tf.eye(n) * np.inf` is meant to rule out the diagonal, and spoils all the rest.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gradcheck.facts.domain.values import Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, node_of, operation_of
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.infinite_slopes import unmoved
from gradcheck.facts.numerics.masks import COMPARISONS, CONNECTIVES
from gradcheck.facts.numerics.sizes import number
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import weights_through
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

INFINITY = re.compile(r"""^[-+(]*((\w+\.)*(inf|Inf|infty|NINF)|float\(['"][-+]?inf(inity)?['"]\))\)?$""")
ZERO_OR_ONE = frozenset({"eye", "one_hot", "sequence_mask"}) | COMPARISONS | CONNECTIVES
SUMS = frozenset({"+", "-"})


def ask(program: Program) -> Iterator[Starved]:
    """The weights behind what such a product is added to."""
    machine = program.machine
    spoilt = {node: one for node, one in each(machine) if one.word == "*" and _is_infinite_mask(machine, one)}
    for node, operation in each(machine) if spoilt else ():
        if operation.word not in SUMS:
            continue
        sources = [node_of(unmoved(machine, value)) for value in operation.inputs]
        product = next((spoilt[source] for source in sources if source in spoilt), None)
        if product is not None:
            parts = zip(operation.inputs, sources, strict=True)
            others = [value for value, source in parts if source not in spoilt]
            for birth, keras in weights_through(program, node, others):
                note = "zero times infinity"
                yield starve(birth, Kind.NAN_BEHIND_MASK, product.site, note, keras=keras, variant="product")


def _is_infinite_mask(machine: Machine, product: Operation) -> bool:
    given = product.arguments.positional
    if len(given) != 2:
        return False
    infinite = [INFINITY.match(ast.unparse(node).replace(" ", "")) is not None for node, _ in given]
    return any(infinite[at] and _is_mask(machine, value) for at, (_, value) in ((0, given[1]), (1, given[0])))


def _is_mask(machine: Machine, value: Value | None, depth: int = 6) -> bool:
    """Whether a value is zero in some places and one in the others."""
    operation = operation_of(machine, unmoved(machine, value))
    if operation is None or not depth:
        return False
    if operation.word == "-" and number(operation.first) == 1.0:
        return _is_mask(machine, operation.inputs[1], depth - 1)
    cast = operation.word in ("cast", "convert_to_tensor", "stop_gradient")
    return operation.word in ZERO_OR_ONE or (cast and _is_mask(machine, operation.first, depth - 1))
