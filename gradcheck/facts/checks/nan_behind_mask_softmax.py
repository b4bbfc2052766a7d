"""Which softmaxes run over rows that a mask may rule out altogether, by minus infinity?

Zero over zero: the row is NaN, and so is the gradient of all that it is multiplied with, whatever a later
mask hides. Only programs that know such rows are reported: they ask elsewhere whether a row has anything in
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcheck.facts.domain.values import Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import node_of
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.infinite_slopes import unmoved
from gradcheck.facts.numerics.ruled_out import infinite_logarithm, ruled_out
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import weights_through
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity

ASKS_FOR_ANY = re.compile(r"\b(reduce_any|count_nonzero)\(|\.any\(")
PRODUCTS = frozenset({"*", "@", "einsum", "tensordot", "batch_dot"})


def ask(program: Program) -> Iterator[Starved]:
    """The weights behind what such a softmax is multiplied with."""
    machine = program.machine
    if ASKS_FOR_ANY.search(program.module.text) is None:
        return
    for node, operation in each(machine):
        if operation.word == "softmax" and ruled_out(machine, operation.first):
            for product, factors in _products(machine, node):
                for birth, keras in weights_through(program, product, factors):
                    yield starve(
                        birth,
                        Kind.NAN_BEHIND_MASK,
                        operation.site,
                        "NaN where everything is masked",
                        keras=keras,
                        severity=Severity.WARNING,
                    )


def _products(machine: Machine, softmax: int) -> Iterator[tuple[int, list[Value]]]:
    """The products that a softmax is a factor of, each with the other factors; not those that are NaN
    wherever anything is masked."""
    for node, operation in each(machine):
        if operation.word in PRODUCTS:
            mine = [node_of(unmoved(machine, value)) == softmax for value in operation.inputs]
            others = [value for value, own in zip(operation.inputs, mine, strict=True) if not own]
            if any(mine) and others and not any(infinite_logarithm(machine, one) for one in others):
                yield node, others
