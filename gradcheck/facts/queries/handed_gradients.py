"""What a program does with the gradients that it computes: an optimizer gets them, or something else does."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gradcheck.facts.domain.graph import Edge
from gradcheck.facts.domain.values import Constant, Gradients, Lazy, Sequence, Zip
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX, Operation
from gradcheck.facts.ownership.intended import Names, named
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.elsewhere import goes_elsewhere

NORMS = frozenset({"norm", "global_norm", "reduce_max", "reduce_mean", "reduce_sum", "max", "mean", "sum"})
"""What leaves one number of a gradient: nobody moves variables by that."""

SAYING = frozenset(
    {
        "update_state",
        "print",
        "info",
        "debug",
        "log",
        "log_metric",
        "log_metrics",
        "scalar",
        "histogram",
        "add_scalar",
        "add_histogram",
    }
)
"""What shows a number to people."""


def given(machine: Machine) -> set[int]:
    """All values that optimizers are given, as gradients or beside them."""
    pairs = (node for handed in machine.log.handed for node in machine.nodes(handed.pairs))
    return {*machine.log.stepped, *pairs}


def goes_nowhere(program: Program, gradients: Gradients, to_optimizers: set[int]) -> bool:
    """Whether a gradient is measured and shown, at most: no optimizer, assignment, other gradient, caller,
    object or method that another class may write gets it."""
    machine = program.machine
    reached = machine.graph.forward([gradients.node], lambda edge: not _measures(machine, edge))
    passed_on = {node for unread in machine.log.unread for node in unread.nodes}
    given = (value for _, arguments, *_ in machine.log.exchanged for value in arguments.values())
    written = {node for value in given for node in machine.nodes(value)}
    taken = to_optimizers | machine.log.targets | {*machine.log.results, *passed_on} | written
    if not taken.isdisjoint(reached) or not _kept(program).isdisjoint(reached):
        return False
    return not goes_elsewhere(machine, {node: reached[node] for node in _unshown(machine, reached)})


def _measures(machine: Machine, edge: Edge) -> bool:
    """Whether an operation makes one number of a gradient."""
    operation = machine.operations.get(edge.target)
    return operation is not None and (operation.word in NORMS or _is_norm_of_clipped(machine, operation))


def _is_norm_of_clipped(machine: Machine, operation: Operation) -> bool:
    """The second of what `tf.clip_by_global_norm` returns."""
    base, place = operation.pair
    made = next((machine.operations.get(node) for node in machine.nodes(base)), None)
    second = isinstance(place, Constant) and place.known and place.value == 1
    return operation.word == INDEX and second and made is not None and made.word == "clip_by_global_norm"


def _unshown(machine: Machine, nodes: Iterable[int]) -> list[int]:
    return [node for node in nodes if machine.graph.outgoing[node] or not _shows(machine, node)]


def _shows(machine: Machine, node: int) -> bool:
    """Whether a value is the unused result of a call that only shows what it is given."""
    doubt = machine.graph.doubts.get(node)
    match doubt.site.node if doubt is not None else None:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in SAYING
    return False


def _kept(program: Program) -> set[int]:
    """What objects keep in attributes, where others may find it."""
    known: set[int] | None = program.memory.get("kept nodes")
    if known is None:
        owners = program.objects()
        values = (value for owner in owners for value in owner.attributes.values())
        held = (value for value in values if not isinstance(value, Lazy))
        known = program.memory["kept nodes"] = {node for one in held for node in program.machine.nodes(one)}
    return known


def moved_weights(machine: Machine) -> Names | None:
    """The weights that any optimizer of the program moves; None where one moves unknown ones."""
    asked = {id(one.site.node) for one in machine.log.gradients}
    moved: Names = set()
    for query in machine.log.queries:
        if query.scene != "call" and id(query.site.node) not in asked:
            moved |= named(weights_of(machine, query.sources)) if query.scene != "fit" else set()
    for handed in machine.log.handed:
        pairs = handed.pairs
        births = weights_of(machine, Sequence([*pairs.parts]) if isinstance(pairs, Zip) else pairs)
        if not births:
            return None
        moved |= named(births)
    return moved
