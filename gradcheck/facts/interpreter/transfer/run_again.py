"""A function that ran often enough is not run once more: what it did to its arguments is known."""

from __future__ import annotations

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.graph import ALWAYS
from gradcheck.facts.domain.values import Constant, Function, Lazy, Sequence, Tensor, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.fate import Reason


@dataclass(eq=False, repr=False)
class Run:
    """One run of a function: what it was given, by position and by word, what it returned, and which tapes
    saw it."""

    bound: Value | None
    given: dict[int | str, Value]
    result: Value
    recorded: int


def remember(machine: Machine, function: Function, arguments: Arguments, result: Value) -> None:
    """Keep the last run of a function that returns tensors."""
    if _only_tensors(result) and not arguments.starred:
        run = Run(function.bound, _given(arguments), result, machine.recorded)
        machine.budget.last_runs[function.node] = run


def again(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """What the function returns for arguments like those of its last run: they flow in where those did, and
    out where its result did. Unknown where it never ran with the like of them."""
    last, given = machine.budget.last_runs.get(function.node), _given(arguments)
    if not isinstance(last, Run) or arguments.starred or not _alike(machine, last, function, given):
        return machine.unknown(arguments.node, arguments.values(), Reason.DEPTH)
    site = machine.site(arguments.node)
    for place, value in given.items():
        before = last.given[place]
        if isinstance(before, Tensor) and value is not before:
            machine.draw(value, before.node, site, recorded=ALWAYS)
    return _copied(machine, last.result, arguments)


def _given(arguments: Arguments) -> dict[int | str, Value]:
    by_word: dict[int | str, Value] = {word: value for word, _, value in arguments.keywords}
    return {**by_word, **{at: value for at, (_, value) in enumerate(arguments.positional)}}


def _only_tensors(result: Value) -> bool:
    if isinstance(result, Sequence) and not isinstance(result, Lazy):
        return not result.many and all(isinstance(item, Tensor) for item in result.items)
    return isinstance(result, Tensor)


def _alike(machine: Machine, last: Run, function: Function, given: dict[int | str, Value]) -> bool:
    same = last.bound is function.bound and last.recorded == machine.recorded
    if not same or last.given.keys() != given.keys():
        return False
    return all(_same_kind(value, last.given[place]) for place, value in given.items())


def _same_kind(value: Value, before: Value) -> bool:
    """Whether a value makes a function do what it did for the other: tensors differ only in their numbers."""
    if isinstance(value, Tensor) and isinstance(before, Tensor):
        return value.symbolic == before.symbolic and value.numpy == before.numpy
    return value is before or (isinstance(value, Constant) and isinstance(before, Constant))


def _copied(machine: Machine, result: Value, arguments: Arguments) -> Value:
    if isinstance(result, Sequence):
        return Sequence([_copied(machine, item, arguments) for item in result.items], kind=result.kind)
    assert isinstance(result, Tensor)
    copied = machine.graph.node()
    machine.draw(result, copied, machine.site(arguments.node), recorded=ALWAYS)
    return Tensor(copied, symbolic=result.symbolic, numpy=result.numpy, unknown=result.unknown)
