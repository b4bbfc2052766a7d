"""Which variables does an optimizer move by nothing but zeros, although gradients for them are computed?

Sums of gradients that are set to zero before they are applied, not after, and lists of zeros that are applied
in place of what was added to them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.domain.values import Birth, Gradients, Sequence, Value, Zip
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Handed
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX
from gradcheck.facts.interpreter.transfer.clearing import ZEROS
from gradcheck.facts.ownership.intended import (
    Names,
    could_train,
    handed_over,
    meant,
    named,
    trained_by_keras,
)
from gradcheck.facts.ownership.reading import called_name
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.ownership.writes import writes_in
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import loop_around
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

PASS_ZEROS = frozenset({"clip_by_global_norm", "clip_by_norm", INDEX, "*", "/"})
"""Operations that make zeros of zeros."""


class Zeroed(NamedTuple):
    """Where values became zeros, or stay so, and the case that this is."""

    site: Site
    variant: str = "zeros"


class Step(NamedTuple):
    """One `apply_gradients`: the variables it moves, and where its values became zeros, if they are."""

    variables: list[Birth]
    zeroed: Zeroed | None


def ask(program: Program) -> Iterator[Starved]:
    """Every such variable that no other step of an optimizer moves."""
    machine = program.machine
    steps = list(_steps(machine))
    if not any(step.zeroed for step in steps):
        return
    moved = {birth.node for step in steps if step.zeroed is None for birth in step.variables}
    excused = handed_over(machine) | moved | trained_by_keras(machine) | _minimized(machine)
    for step in steps:
        for birth in step.variables if step.zeroed else ():
            if step.zeroed and could_train(birth) and not meant(birth, excused):
                yield _starved(birth, step.zeroed)


def _minimized(machine: Machine) -> Names:
    """The variables that an optimizer computes gradients for itself."""
    asked = [query.sources for query in machine.log.queries if query.scene == "minimize"]
    return named([birth for sources in asked for birth in weights_of(machine, sources)])


def _starved(birth: Birth, zeroed: Zeroed) -> Starved:
    note = _NOTES[zeroed.variant]
    return starve(birth, Kind.NOT_APPLIED, zeroed.site, note, scene="tape", variant=zeroed.variant)


_NOTES = {"zeros": "nothing but zeros from here on", "unkept": "under a name of the round alone"}


def _steps(machine: Machine) -> Iterator[Step]:
    asking = _asking(machine) if machine.log.handed else {}
    for handed in machine.log.handed:
        parts = _parts(handed.pairs)
        if parts is not None:
            values, variables = parts
            births = weights_of(machine, variables)
            numbers = sorted({number for birth in births for number in asking.get(birth.node, ())})
            asked = [machine.log.gradients[number] for number in numbers]
            yield Step(births, _zeroed(machine, handed, values, asked) if asked else None)


def _parts(pairs: Value) -> tuple[Value, Value] | None:
    """The gradients and the variables that an optimizer is given in pairs."""
    if isinstance(pairs, Zip):
        return (pairs.parts[0], pairs.parts[1]) if len(pairs.parts) == 2 else None
    rows = [one for one in pairs.items if isinstance(one, Sequence)] if isinstance(pairs, Sequence) else []
    if not rows or not all(len(one.items) == 2 for one in rows):
        return None
    return Sequence([one.items[0] for one in rows]), Sequence([one.items[1] for one in rows])


def _asking(machine: Machine) -> dict[int, list[int]]:
    """For each weight, the numbers of the gradients that are computed for it."""
    asking: dict[int, list[int]] = {}
    for number, gradients in enumerate(machine.log.gradients):
        for birth in weights_of(machine, gradients.sources):
            asking.setdefault(birth.node, []).append(number)
    return asking


def _zeroed(machine: Machine, handed: Handed, values: Value, asked: list[Gradients]) -> Zeroed | None:
    """Where the values that an optimizer is given became zeros."""
    nodes = list(machine.nodes(values))
    if handed.cleared:
        summed = machine.graph.backward(handed.cleared)
        if all(_cleared(machine, handed, node) for node in nodes) and any(
            one.node in summed for one in asked
        ):
            return Zeroed(next(iter(handed.cleared.values())))
    once = handed.site.frame.function is None and loop_around(handed.site) is None
    if nodes and all(_is_zeros(machine, node) for node in nodes) and _by_name(handed) and not once:
        behind = _behind(machine, [*machine.log.stepped, *nodes])
        lost = [one for one in asked if one.node not in behind]
        added = _added(machine, nodes) if lost else None
        if added is not None:
            return Zeroed(added, "unkept")
        return Zeroed(_place(machine, handed, nodes, lost[0])) if lost else None
    return None


def _cleared(machine: Machine, handed: Handed, node: int, depth: int = 6) -> bool:
    """Whether a value is one of the variables that hold zeros, or is computed from nothing else."""
    operation = machine.operations.get(node)
    if node in handed.cleared or operation is None or not depth:
        return node in handed.cleared
    operands = [one for value in operation.inputs for one in machine.nodes(value)]
    return any(_cleared(machine, handed, one, depth - 1) for one in operands) and all(
        _cleared(machine, handed, one, depth - 1) for one in operands
    )


# -- zeros from the beginning ---------------------------------------------------


def _is_zeros(machine: Machine, node: int, depth: int = 6) -> bool:
    operation = machine.operations.get(node)
    passes = operation is not None and operation.word in PASS_ZEROS
    if operation is not None and not passes:
        return operation.word in ZEROS
    # The value that a name has when a round begins is what the round before left.
    before = [edge for edge in machine.graph.incoming[node] if edge.source != node]
    between = bool(before) and depth > 0 and (passes or all(edge.site is None for edge in before))
    return between and all(_is_zeros(machine, edge.source, depth - 1) for edge in before)


def _by_name(handed: Handed) -> bool:
    """Whether the list that is applied is a name of the function that does so, or an attribute that holds
    zeros alone: elsewhere another step may have put something there."""
    call = handed.site.node
    read = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    function = handed.site.frame.function.node if handed.site.frame.function else None
    given = call.args[0] if isinstance(call, ast.Call) and call.args else None
    match given:
        case ast.Call(func=ast.Name(id="zip"), args=[ast.Name(id=name), _]):
            return name in read and not _shared(function, name)
        case ast.Call(func=ast.Name(id="zip"), args=[ast.Attribute(attr=name), _]):
            return not _put_into(handed.site.frame.module.tree, name)
    return False


def _put_into(tree: ast.Module, name: str) -> bool:
    """Whether anything may come into what an attribute holds: it is written to more often than set to zeros,
    or handed on, or what it holds is written to."""
    writes = writes_in(tree).get(f".{name}", [])
    zeros = [one for one in writes if one.value and _makes_zeros(one.value)]
    above = parents(tree)
    reads = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == name)
    around = [above.get(node) for node in reads if isinstance(node.ctx, ast.Load)]
    plain = all(isinstance(one, ast.Call) and called_name(one) in _LOOKS for one in around)
    assigned = any(called_name(node).startswith("assign") for node in ast.walk(tree))
    return len(zeros) < len(writes) or not plain or assigned


_LOOKS = frozenset({"zip", "enumerate", "len"})


def _makes_zeros(value: ast.expr) -> bool:
    made = value.elt if isinstance(value, ast.ListComp) else value
    return called_name(made) in ZEROS


def _shared(function: ast.AST | None, name: str) -> bool:
    """Whether a function takes a name from outside of itself, where another call may have written it."""
    if function is None:
        return False
    stored = (node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name)
    outside = any(
        isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names for node in ast.walk(function)
    )
    return outside or not any(isinstance(node.ctx, ast.Store) for node in stored)


def _behind(machine: Machine, nodes: list[int]) -> set[int]:
    """What some values are computed from, also in earlier rounds of the loops that replace them; zeros in the
    shape of something are computed from nothing."""
    behind, rounds = _computed_from(machine, nodes), list(machine.log.replaced)
    while again := [one for one in rounds if behind.intersection(machine.nodes(one.old))]:
        rounds = [one for one in rounds if one not in again]
        behind |= _computed_from(machine, [node for one in again for node in machine.nodes(one.new)])
    return behind


def _computed_from(machine: Machine, nodes: list[int]) -> set[int]:
    return machine.graph.backward(nodes, lambda edge: not _is_zeros(machine, edge.target))


def _place(machine: Machine, handed: Handed, nodes: list[int], lost: Gradients) -> Site:
    """The zeros themselves where they are made anew in the round that computes the gradients or applies them,
    or by a loop that ends before; else the optimizer's line."""
    behind = machine.graph.backward(nodes, lambda edge: edge.target not in machine.operations)
    made = machine.operations[max(behind & machine.operations.keys())].site
    around = loop_around(made)
    ended = made.within(around) and not handed.site.within(around)
    beside = around is not None and around is loop_around(handed.site)
    return made if ended or beside or made.within(loop_around(lost.site)) else handed.site


def _added(machine: Machine, nodes: list[int]) -> Site | None:
    """A sum that bears the name of a loop's round alone: `for total, one in zip(...): total += one`."""
    zeros = machine.graph.backward(nodes)
    for node, operation in machine.operations.items():
        unread = operation.word == "+" and not machine.graph.outgoing[node]
        if (
            unread
            and _is_augmented(operation.site)
            and operation.inputs
            and not zeros.isdisjoint(machine.nodes(operation.inputs[0]))
        ):
            return operation.site
    return None


def _is_augmented(site: Site) -> bool:
    """Whether a sum is that of a `+=`: no expression of its own, but the statement."""
    return isinstance(site.node, ast.BinOp) and site.node not in parents(site.frame.module.tree)
