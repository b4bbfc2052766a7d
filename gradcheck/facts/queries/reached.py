"""What is on the way to what a gradient is asked of."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gradcheck.facts.domain.graph import KERAS_BITS, Edge
from gradcheck.facts.domain.values import Birth, Value
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import answers


def learned(program: Program) -> set[int]:
    """All that the values were computed from that a gradient is asked of."""
    known: set[int] | None = program.memory.get("learned")
    if known is None:
        known = program.machine.graph.backward(program.machine.log.targets)
        program.memory["learned"] = known
    return known


def weights_through(
    program: Program, node: int, operands: Iterable[Value]
) -> list[tuple[Birth, tuple[str, ...]]]:
    """The weights whose gradient passes an operation by one of these operands, and under which Kerases."""
    machine = program.machine
    nodes = [source for operand in operands for source in machine.nodes(operand)]
    found: dict[int, tuple[Birth, list[str]]] = {}
    for answer in answers(program) if nodes else ():
        birth, query, keras = answer.birth, answer.query, answer.keras
        if answer.live and keras not in found.get(birth.node, (birth, []))[1]:
            flows = _flowing(query.bit, KERAS_BITS[keras])
            way, ahead = machine.graph.backward(nodes, flows), machine.graph.forward([node], flows)
            if birth.node in way and any(end in ahead for end in query.target):
                found.setdefault(birth.node, (birth, []))[1].append(keras)
    return [(birth, tuple(sorted(keras))) for birth, keras in found.values()]


def _flowing(tape: int, keras: int) -> Callable[[Edge], bool]:
    return lambda edge: edge.flows(tape, keras)
