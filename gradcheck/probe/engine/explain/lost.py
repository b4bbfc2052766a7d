"""A value that was computed while a layer was built, in a graph that is gone by the time it is used.

Keras 3 builds a nested layer in a scratch graph. Where Keras 2 would go on with a constant, it raises "out of
scope": the same mistake, so it gets the same name here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gradcheck.probe.engine.explain.trace import READS
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Births, Born
from gradcheck.probe.engine.watch.frames import Frames, Stack, place
from gradcheck.probe.job.said import message
from gradcheck.report.finding import Cut
from gradcheck.report.kinds import Kind
from gradcheck.report.verdict import Cause

_OUT_OF_SCOPE = re.compile(r"<tf\.Tensor '(?P<name>[^']+)'.*out of scope", re.S)
_DEPTH, _MOST = 4, 20_000


def lost(
    error: BaseException, births: Births, frames: Frames, stacks: dict[str, Stack]
) -> dict[Born, tuple[Cause, ...]]:
    """The variables whose value was captured, with the line that read them; nothing for any other error.

    `stacks` knows the user's frames of graph operations by name, where a recorder kept them.
    """
    said = _OUT_OF_SCOPE.search(message(error))
    tensor = None if said is None else _search(error, said["name"])
    if tensor is None:
        return {}
    found = dict(_early(tensor, births, frames))
    for read in _ancestors(tensor):
        born = (
            births.by_number(getattr(versions.outermost(read.inputs[0]), "_id", None))
            if read.type in READS
            else None
        )
        if born is not None:
            found.setdefault(born, stacks.get(read.name) or frames.mapped(read.traceback))
    return {born: _captured(stack) for born, stack in found.items() if stack}


def _early(tensor: Any, births: Births, frames: Frames) -> Iterator[tuple[Born, Stack]]:
    """The variables that were read, before they had a value, on a line this tensor was computed on."""
    stacks = (frames.mapped(op.traceback, limit=1) for op in _ancestors(tensor))
    lines = {(stack[0].file, stack[0].line) for stack in stacks if stack}
    for reference, stack in births.early:
        variable = reference()
        born = None if variable is None else births.find(variable)
        if born is not None and (stack[0].file, stack[0].line) in lines:
            yield born, stack


def _captured(stack: Stack) -> tuple[Cause, ...]:
    at = place(stack[0])
    return (Cause(Cut(Kind.CAPTURED, at.location, at.code, at.where)),)


def _search(error: BaseException, name: str) -> Any:
    """The tensor of this name, among what the frames of an error still hold."""
    trace = error.__traceback__
    waiting: list[tuple[int, Any]] = []
    while trace is not None:
        waiting.extend((0, value) for value in trace.tb_frame.f_locals.values())
        trace = trace.tb_next
    seen: set[int] = set()
    while waiting and len(seen) < _MOST:
        depth, value = waiting.pop(0)
        if id(value) in seen:
            continue
        seen.add(id(value))
        if _named(value) == name:
            return value
        if depth < _DEPTH:
            waiting.extend((depth + 1, held) for held in _held(value))
    return None


def _named(value: Any) -> str | None:
    return getattr(value, "name", None) if type(value).__name__ in {"SymbolicTensor", "Tensor"} else None


def _held(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list | tuple | set):
        yield from value
    else:
        yield from getattr(value, "__dict__", {}).values()


def _ancestors(tensor: Any) -> Iterator[Any]:
    """Every operation that a graph tensor was computed by."""
    waiting, seen = [tensor.op], set()
    while waiting:
        op = waiting.pop()
        if op.name not in seen:
            seen.add(op.name)
            yield op
            waiting.extend(given.op for given in op.inputs)
