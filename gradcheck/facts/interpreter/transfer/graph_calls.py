"""The call of a functional model: each gets a graph of its own, or what one call is given would reach what
another one returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten, is_symbolic
from gradcheck.facts.domain.graph import ALWAYS
from gradcheck.facts.domain.values import Held, Mapping, Sequence, Tensor, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import OUTPUT

Copies = dict[int, int]
"""For the nodes of a graph as it was built, those of one of its calls."""


def call_graph(
    machine: Machine,
    inputs: Value | None,
    outputs: Value | None,
    arguments: Arguments,
    *,
    symbolic: bool,
    again: bool,
) -> Value:
    """A functional model: its input flows in at its placeholders, and its outputs flow out, one for one.
    Called `again`, it is computed anew."""
    site = machine.site(arguments.node)
    doors = [held.node for held in flatten(inputs) if isinstance(held, Tensor)]
    copies = _copied(machine, doors, _ends(machine, outputs)) if again else {}
    for door in doors:
        for value in arguments.values():
            machine.draw(value, copies.get(door, door), site, recorded=ALWAYS)
    return _result(machine, outputs, arguments, symbolic, copies)


def _ends(machine: Machine, outputs: Value | None) -> Iterator[int]:
    """The nodes of all outputs, and of what a distribution among them is as a tensor."""
    yield from machine.nodes(outputs)
    for held in flatten(outputs):
        if isinstance(held, Held):
            yield from machine.nodes(held.tensor)


def _copied(machine: Machine, doors: Iterable[int], ends: Iterable[int]) -> Copies:
    """A copy of all that lies between placeholders and outputs."""
    graph, ends = machine.graph, [*ends]
    doors = set(doors)
    behind = graph.backward(ends, lambda edge: edge.target not in doors and not edge.writes)
    between = [node for node in graph.forward(doors, lambda edge: edge.target in behind) if node in behind]
    machine.budget.spend(len(between))
    copies = {node: graph.twin(node) for node in between}
    for node in between:
        for edge in graph.incoming[node] if node not in doors else ():
            graph.connect(edge._replace(source=copies.get(edge.source, edge.source), target=copies[node]))
        if (operation := machine.operations.get(node)) is not None:
            machine.operations[copies[node]] = operation
    machine.log.doors.update(copies[door] for door in doors if door in copies)
    return copies


def _result(
    machine: Machine, outputs: Value | None, arguments: Arguments, symbolic: bool, copies: Copies
) -> Value:
    if isinstance(outputs, Sequence) and not outputs.many:
        items = [_result(machine, item, arguments, symbolic, copies) for item in outputs.items]
        return Sequence(items, kind=outputs.kind)
    if isinstance(outputs, Mapping):
        entries = {
            key: _result(machine, item, arguments, symbolic, copies) for key, item in outputs.entries.items()
        }
        return Mapping(
            entries, [_result(machine, item, arguments, symbolic, copies) for item in outputs.rest]
        )
    if isinstance(outputs, Held) and outputs.made == "distribution":
        return _copy_of(outputs, copies)
    if outputs is None or not is_symbolic(outputs):
        # Whatever an output of a graph is, it is computed from the graph's inputs.
        return machine.unknown(arguments.node, [*arguments.values(), *([outputs] if outputs else [])])
    result = machine.graph.node()
    computed = [Tensor(copies.get(node, node)) for node in machine.nodes(outputs)]
    machine.draw(Sequence([*computed]), result, machine.site(arguments.node))
    made = Tensor(result, symbolic=symbolic)
    return machine.noted(made, OUTPUT, arguments.node, [(arguments.node, outputs)])


def _copy_of(held: Held, copies: Copies) -> Held:
    """The distribution that a call of the graph returns."""
    made = replace(held, node=copies.get(held.node, held.node))
    made.drawn = _copy_of(held.drawn, copies) if held.drawn is not None else None
    if isinstance(held.tensor, Tensor):
        made.tensor = Tensor(copies.get(held.tensor.node, held.tensor.node))
    made.parameters = [one._replace(kept=_copy_of(one.kept, copies)) for one in held.parameters]
    return made
