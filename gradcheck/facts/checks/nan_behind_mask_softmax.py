"""Which softmaxes run over rows that a mask may rule out altogether, by minus infinity?

Zero over zero: the row is NaN, and so is the gradient of all that it is multiplied with, whatever a later
mask hides. Only programs that know such rows are reported: they ask elsewhere whether a row has anything in
it.
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
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import weights_through
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity

MINUS_INFINITY = re.compile(r"""-\s*(float\(['"]inf|[\w.]*\binf\b)|float\(['"]-\s*inf""")
ASKS_FOR_ANY = re.compile(r"\b(reduce_any|count_nonzero)\(|\.any\(")
PRODUCTS = frozenset({"*", "@", "einsum", "tensordot", "batch_dot"})


def ask(program: Program) -> Iterator[Starved]:
    """The weights behind what such a softmax is multiplied with."""
    machine = program.machine
    if ASKS_FOR_ANY.search(program.module.text) is None:
        return
    for node, operation in each(machine):
        if operation.word == "softmax" and _ruled_out(machine, operation):
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


def _ruled_out(machine: Machine, softmax: Operation) -> bool:
    """Whether what is masked counts as minus infinity."""
    where = operation_of(machine, unmoved(machine, softmax.first))
    if where is None or where.word != "where" or len(where.arguments.positional) != 3:
        return False
    given = [ast.unparse(node) for node, _ in where.arguments.positional[1:]]
    return any(MINUS_INFINITY.search(text) for text in given)


def _products(machine: Machine, softmax: int) -> Iterator[tuple[int, list[Value]]]:
    """The products that a softmax is a factor of, each with the other factors."""
    for node, operation in each(machine):
        if operation.word in PRODUCTS:
            mine = [node_of(unmoved(machine, value)) == softmax for value in operation.inputs]
            others = [value for value, own in zip(operation.inputs, mine, strict=True) if not own]
            if any(mine) and others:
                yield node, others
