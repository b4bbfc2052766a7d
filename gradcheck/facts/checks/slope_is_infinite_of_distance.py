"""Which roots are taken of the distance between what one network makes of two inputs?

A network gives equal outputs for equal inputs, and such a distance is there to become small: where a pair
holds one thing twice, as pairs that are drawn at random do sooner or later, the root is taken of zero. A
square of the root gives nothing back there, and that is harmless.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import (
    INDEX,
    OUTPUT,
    RESHAPING,
    Operation,
    identical,
    operation_of,
    readers_past,
)
from gradcheck.facts.numerics.domain_edges import difference_under, is_square
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.infinite_slopes import DEPTH, NORMS
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.masks import hidden_hazards
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import weights_through
from gradcheck.facts.queries.starve import starve
from gradcheck.report.accounts import BY_CHANCE
from gradcheck.report.kinds import Kind

_IN_ORDER = frozenset(
    [
        "cast",
        "identity",
        "squeeze",
        "reshape",
        "layers.Flatten",
        "layers.Reshape",
        "l2_normalize",
        "normalize",
        "layers.UnitNormalization",
    ]
)
"""What leaves the examples of a batch in their order, so that each is still compared with its partner."""

_EACH_TO_EACH = frozenset({INDEX, "expand_dims", "tile", "repeat"})
"""What compares each with each of the others, or with parts of them: two sets, and no pairs."""


def ask(program: Program) -> Iterator[Starved]:
    """The weights behind each such root that nothing keeps away from zero."""
    machine = program.machine
    found = [(node, one) for node, one in each(machine) if _of_one_network(machine, one)]
    hidden = hidden_hazards(machine, Starts(machine)) if found else {}
    for node, operation in found:
        operand = operation.first
        if operand is None or node in hidden or _is_squared(machine, node):
            continue
        for birth, keras in weights_through(program, node, [operand]):
            yield _told(birth, operation, keras)


def _told(birth: Birth, root: Operation, keras: tuple[str, ...]) -> Starved:
    note = "zero where both are equal"
    return starve(
        birth, Kind.INFINITE_SLOPE, root.site, note, keras=keras, detail=BY_CHANCE, variant="distance"
    )


def _of_one_network(machine: Machine, root: Operation) -> bool:
    """Whether a root is the distance, one for each example, of two outputs of the same weights."""
    if root.word != "sqrt" and root.word not in NORMS:
        return False
    difference = difference_under(machine, root, root.first) if root.first is not None else None
    total = root if root.word in NORMS else operation_of(machine, root.first)
    if difference is None or total is None or total.get("axis", 2 if root.word in NORMS else 1) is None:
        return False
    left, right = (_made(machine, value) for value in difference.inputs)
    one, other = operation_of(machine, left), operation_of(machine, right)
    if one is None or other is None or one is other or one.name != other.name or one.word in _EACH_TO_EACH:
        return False
    return identical(one.first, other.first) if one.name == OUTPUT else _apart(machine, left, right)


def _made(machine: Machine, value: Value | None) -> Value | None:
    """A value as its network gave it, before it was moved, or its length made one."""
    operation = operation_of(machine, value)
    for _ in range(DEPTH):
        if operation is None or operation.word not in _IN_ORDER or operation.name == OUTPUT:
            break
        value = operation.first
        operation = operation_of(machine, value)
    return value


def _apart(machine: Machine, left: Value | None, right: Value | None) -> bool:
    """Whether two values come from the same weights, by computations that share nothing else of them."""
    weights = {birth.node for birth in machine.log.births}
    computed = machine.graph.forward(weights).keys() - weights
    behind = [machine.graph.backward(machine.nodes(value)) for value in (left, right) if value is not None]
    if len(behind) != 2:
        return False
    one, other = behind
    return bool(one & weights) and one & weights == other & weights and not one & other & computed


def _is_squared(machine: Machine, root: int) -> bool:
    """Whether something squares a root as it is, which makes the slope finite."""
    return any(is_square(reader) for reader, _ in readers_past(machine, root, RESHAPING))
