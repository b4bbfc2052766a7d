"""Which variables are set to zero and not written since: what an optimizer is given of them is lost."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import takewhile

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Edge, Site
from gradcheck.facts.domain.values import Birth, Constant, Method, Tensor, Value
from gradcheck.facts.interpreter.log import Cleared
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import operation_of
from gradcheck.report.kinds import Phase

ZEROS = frozenset({"zeros", "zeros_like"})
CONVERSIONS = frozenset({"cast", "constant", "convert_to_tensor", "identity"})


def note_write(machine: Machine, method: Method, birth: Birth, arguments: Arguments) -> None:
    """Remember that a variable holds zeros now, or that it holds something else."""
    log, value = machine.log, arguments.get("value", 0)
    if method.name == "assign":
        log.begun.pop(birth.node, None)
    if method.name == "assign" and is_zero(machine, value):
        site, here = machine.site(arguments.node), machine.here
        log.cleared[birth.node] = Cleared(site, here.path, here.loops)
    elif (begun := log.cleared.pop(birth.node, None)) is not None and method.name == "assign_add":
        both = takewhile(lambda pair: pair[0] is pair[1], zip(begun.loops, machine.here.loops, strict=False))
        site = begun.site.seen_from(machine.frame)
        log.begun[birth.node] = replace(begun, site=site, loops=tuple(loop for loop, _ in both))


def is_zero(machine: Machine, value: Value | None) -> bool:
    """Whether a value is written as zeros."""
    if isinstance(value, Constant):
        return value.known and isinstance(value.value, (int, float)) and value.value == 0
    operation = operation_of(machine, value) if isinstance(value, Tensor) else None
    if operation is not None and operation.word in CONVERSIONS:
        return is_zero(machine, operation.first)
    return operation is not None and operation.word in ZEROS


def still_cleared(machine: Machine, nodes: list[int], call: ast.expr) -> dict[int, Site]:
    """Those of some variables, read by a call or by what its arguments compute, that were set to zero on the
    way to here, each with the place."""
    found = _among(machine, machine.log.cleared, nodes, call)
    return {
        node: one.site.seen_from(machine.frame) for node, one in found.items() if _on_the_way(machine, one)
    }


def restarted(machine: Machine, nodes: list[int], call: ast.expr) -> dict[int, Cleared]:
    """Those of some variables that every round of a loop, which is over, set to zero before it added to
    them, each with the place and the loops around both."""
    found, loops = _among(machine, machine.log.begun, nodes, call), machine.here.loops
    return {
        node: one
        for node, one in found.items()
        if len(one.loops) > len(loops) and one.loops[: len(loops)] == loops and _on_the_way(machine, one)
    }


def _among(
    machine: Machine, known: dict[int, Cleared], nodes: list[int], call: ast.expr
) -> dict[int, Cleared]:
    if not known:
        return {}
    here = Site(call, machine.frame)
    read = machine.graph.backward(nodes, lambda edge: edge.kind is None and _is_done_in(edge, here))
    return {node: known[node] for node in read if node in known}


def _is_done_in(edge: Edge, call: Site) -> bool:
    """Whether a call's arguments compute a value, or a function that they call."""
    if edge.site is None:
        return False
    seen = edge.site.seen_from(call.frame)
    first, last = seen.node.lineno, seen.node.end_lineno or 0
    return seen.frame is call.frame and call.node.lineno <= first and last <= (call.node.end_lineno or 0)


def _on_the_way(machine: Machine, one: Cleared) -> bool:
    here = machine.here.path
    return here[: len(one.path)] == one.path and _in_order(one.site.frame, machine.frame)


def _in_order(earlier: Frame, later: Frame) -> bool:
    """Whether one function, or the module as it is imported, ran both: entry points come in no order."""
    shared = {id(frame) for frame in earlier.chain()}
    nearest = next((frame for frame in later.chain() if id(frame) in shared), None)
    return nearest is not None and (nearest.outer is not None or nearest.phase is Phase.IMPORT)
