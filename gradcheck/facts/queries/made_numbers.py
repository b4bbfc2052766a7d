"""What becomes plain numbers before any tape is open, and where such numbers come under the tape."""

from __future__ import annotations

from collections.abc import Container

from gradcheck.facts.domain.graph import ALWAYS, KERAS_BITS, Edge, Graph, Site
from gradcheck.facts.domain.inside import loops
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.queries.fates import Answer
from gradcheck.report.kinds import Kind

_PLAIN = frozenset({Kind.PYTHON_NUMBER, Kind.NUMPY})
_ADDS = frozenset({"+", "-", "add_n", "stack"})


def made_numbers(graph: Graph, answer: Answer, cut: Edge) -> Edge | None:
    """What makes plain numbers of all that a tape missed, for a later step to use: no tape could help."""
    flows = graph.forward([cut.target], lambda edge: edge.kind is None)
    if flows.keys() & set(answer.query.target):
        return None
    # What only picks an element has no part in its value.
    behind = graph.backward(answer.query.target, lambda edge: edge.detail != "an index")
    ends = [edge for node in flows for edge in graph.outgoing[node] if edge.kind is not None]
    ends = [edge for edge in ends if edge.target in behind and edge.kind is not Kind.NO_GRADIENT]
    kinds = {edge.kind for edge in ends}
    return ends[0] if ends and kinds <= _PLAIN and ends[0].site is not None else None


def brought_in(machine: Machine, answer: Answer, number: Edge) -> Site | None:
    """The first line under the tape that uses a number which another function, or an earlier loop, left. A
    factor of what is moved, such as an advantage, is meant, where a term is made of numbers alone."""
    graph, tape = machine.graph, answer.query.bit
    behind = graph.backward(answer.query.target)
    uses = [
        edge
        for node in graph.forward([number.target])
        for edge in graph.outgoing[node]
        if edge.target in behind and edge.recorded & tape and edge.site is not None
    ]
    # What is kept by whoever asks, such as an item that is set, is kept before the tape as well.
    seen = [edge for edge in uses if edge.recorded != ALWAYS]
    first = min(seen or uses, key=lambda edge: edge.target, default=None)
    moved = _moved(machine, answer)
    if first is not None and first.target in moved:
        alone = (edge for edge in uses if _is_term_of_numbers(machine, answer, edge.target, moved))
        first = min(alone, key=lambda edge: edge.target, default=first)
    if first is None or number.site is None or first.site is None:
        return None
    return first.site if _elsewhere(number.site, first.site) else None


def _is_term_of_numbers(machine: Machine, answer: Answer, node: int, moved: Container[int]) -> bool:
    """Whether no weight moves a value, and all that is done to it is to add it to others of the loss."""
    waiting, seen = [node], {node}
    while waiting:
        here = waiting.pop()
        made = machine.operations.get(here)
        if here in moved and (made is None or made.word not in _ADDS):
            return here != node and here in answer.query.target
        onward = [] if here in moved else [edge.target for edge in machine.graph.outgoing[here]]
        waiting += [one for one in onward if one not in seen]
        seen.update(onward)
    return True


def _moved(machine: Machine, answer: Answer) -> Container[int]:
    """The values whose gradient reaches a weight."""
    tape, keras = answer.query.bit, KERAS_BITS[answer.keras]
    births = (birth.node for birth in machine.log.births)
    return machine.graph.forward(births, lambda edge: edge.flows(tape, keras))


def _elsewhere(made: Site, used: Site) -> bool:
    if made.frame.code is not used.frame.code:
        return True
    rounds = loops(made.frame.code)
    return rounds.get(made.node.lineno) is not rounds.get(used.node.lineno)
