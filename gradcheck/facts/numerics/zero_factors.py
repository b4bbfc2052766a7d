"""Which weights are only ever multiplied by a value that is zero for good."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.facts.domain.values import Birth
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import RESHAPING, SUMS
from gradcheck.facts.numerics.flat_operations import Pair, alive, each

PASS_ZERO = RESHAPING | SUMS | {"-x", "square", "abs"}
"""Operations that make zeros of zeros."""


def starved_by(machine: Machine, zeros: Iterable[int]) -> list[Birth]:
    """The weights that get a gradient, and none but through a product with one of these nodes."""
    known = set(zeros)
    pairs = set[Pair]()
    for node, operation in each(machine):
        inside = [(one, set(machine.nodes(one))) for one in operation.inputs]
        zero = [one for one, nodes in inside if nodes and nodes <= known]
        if operation.word in PASS_ZERO and inside and inside[0][0] in zero:
            known.add(node)
        elif operation.word == "*" and zero:
            known.add(node)
            pairs |= {(source, node) for one, nodes in inside if one not in zero for source in nodes}
    if not pairs:
        return []
    before, after = alive(machine, set()), alive(machine, pairs)
    return [one for one in machine.log.births if one.node in before and one.node not in after]
