"""Zeros that a function is handed by its caller: a state that the caller makes, and never replaces."""

from __future__ import annotations

from gradcheck.facts.domain.frames import ONCE
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import RESHAPING, Operation, operation_of

ZEROS = frozenset({"zeros", "zeros_like"})


def zeros_behind(machine: Machine, value: Value | None, depth: int = 12) -> Operation | None:
    """The call that made the zeros that a value is, in whatever shape."""
    operation = operation_of(machine, value)
    while operation is not None and operation.word in RESHAPING and depth:
        operation, depth = operation_of(machine, operation.first), depth - 1
    return operation if operation is not None and operation.word in ZEROS else None


def asked_by(made: Operation, site: Site) -> Site | None:
    """Of the function that made zeros, the call that leads to the place where they are used."""
    maker = made.site.frame
    if maker.function is None or maker.phase in ONCE:
        return None
    for frame in site.frame.chain():
        if frame is maker:
            return site
        if frame.call is None or frame.outer is None:
            return None
        site = Site(frame.call, frame.outer)
    return None
