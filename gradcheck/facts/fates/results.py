"""Weights that no tape asks for: whether they reach what their function returns."""

from __future__ import annotations

from gradcheck.facts.domain.graph import KERAS_BITS, SUPPOSED
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.fates.standing import surely_alive
from gradcheck.facts.program import Program


def reaches_result(program: Program, birth: Birth, keras: str) -> bool:
    """Whether known edges lead from a weight to what a function of the module returns: a caller may train
    it by that."""
    return birth.node in _behind_results(program, keras)


def _behind_results(program: Program, keras: str) -> set[int]:
    known: dict[str, set[int]] = program.memory.setdefault("behind results", {})
    if keras not in known:
        machine = program.machine
        known[keras] = surely_alive(machine.graph, machine.log.results, SUPPOSED, KERAS_BITS[keras])
    return known[keras]
