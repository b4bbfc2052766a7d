"""A function that ran often enough is not run once more: what it did to its arguments is known."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten, is_symbolic
from gradcheck.facts.domain.graph import ALWAYS
from gradcheck.facts.domain.scope import same
from gradcheck.facts.domain.values import (
    Constant,
    External,
    Function,
    Instance,
    Layer,
    Lazy,
    Sequence,
    Tensor,
    Value,
    Variables,
)
from gradcheck.facts.interpreter.machine import Machine

AGAIN = "an earlier run"
"""The detail of an edge by which a result is that of an earlier run, with whatever flowed into that one."""


@dataclass(eq=False, repr=False)
class Run:
    """One run of a function: what it was given, by position and by word, what it returned, and which tapes
    saw it."""

    bound: Value | None
    given: dict[int | str, Value]
    result: Value
    recorded: int


def remember(machine: Machine, function: Function, arguments: Arguments, result: Value) -> None:
    """Keep the last run of a function."""
    if not arguments.starred:
        run = Run(function.bound, _given(arguments), result, machine.recorded)
        machine.budget.last_runs[_place(machine, function, arguments)] = run


def again(machine: Machine, function: Function, arguments: Arguments) -> Value | None:
    """What the function returns for arguments like those of its last run: they flow in where those did, and
    out where its result did. None where it never ran with the like of them."""
    last = machine.budget.last_runs.get(_place(machine, function, arguments))
    given = _given(arguments)
    if not isinstance(last, Run) or arguments.starred or not _alike(machine, last, function, given):
        return None
    if not _only_tensors(last.result):
        return None
    site = machine.site(arguments.node)
    for place, value in given.items():
        before = last.given[place]
        if isinstance(before, Tensor) and value is not before:
            machine.draw(value, before.node, site, recorded=ALWAYS)
    made = _copied(machine, last.result, arguments)
    if isinstance(function.bound, Instance) and function.bound is not last.bound:
        _use(machine, function.bound, made, arguments)
    return made


def found_again(machine: Machine, function: Function, arguments: Arguments) -> Value | None:
    """What a function looks up, or makes, by constants alone: what it did for others like them."""
    last = machine.budget.last_runs.get(_place(machine, function, arguments))
    given = _given(arguments)
    if not isinstance(last, Run) or arguments.starred or function.bound is not None:
        return None
    if last.given.keys() != given.keys():
        return None
    return last.result if all(_same_constants(value, last.given[at]) for at, value in given.items()) else None


def _same_constants(value: Value, before: Value) -> bool:
    """Whether both are one constant or name, or a choice of the same ones."""
    ones, others = list(flatten(value)), list(flatten(before))
    constants = all(isinstance(one, (Constant, External)) for one in ones)
    alike = len(ones) == len(others) and all(map(same, ones, others))
    return constants and alike


def _use(machine: Machine, owner: Instance, made: Value, arguments: Arguments) -> None:
    """Another layer of the same class does with its own weights what the last one did."""
    site = machine.site(arguments.node)
    for result in made.items if isinstance(made, Sequence) else [made]:
        assert isinstance(result, Tensor)
        machine.draw(Variables((owner,), site), result.node, site)
    waiting: list[Instance | Layer] = [owner]
    while waiting:
        for part in _parts(waiting.pop()):
            if not part.called:
                part.called.append(site)
                waiting.append(part)


def _parts(owner: Instance | Layer) -> Iterator[Instance | Layer]:
    """The layers that an object holds."""
    values = owner.attributes.values() if isinstance(owner, Instance) else owner.parts
    for value in list(values):
        for held in () if isinstance(value, Lazy) else flatten(value):
            if isinstance(held, (Instance, Layer)):
                yield held


def _place(machine: Machine, function: Function, arguments: Arguments) -> tuple[object, ...]:
    """The function, which of its parameters it is given, and how what it does is recorded."""
    words = sorted(word for word, _, _ in arguments.keywords)
    texts = [
        one.value for one in arguments.values() if isinstance(one, Constant) and isinstance(one.value, str)
    ]
    symbolic = any(is_symbolic(value) for value in arguments.values())
    return function.node, len(arguments.positional), *words, *texts, machine.recorded, symbolic


def _given(arguments: Arguments) -> dict[int | str, Value]:
    by_word: dict[int | str, Value] = {word: value for word, _, value in arguments.keywords}
    return {**by_word, **{at: value for at, (_, value) in enumerate(arguments.positional)}}


def _only_tensors(result: Value) -> bool:
    if isinstance(result, Sequence) and not isinstance(result, Lazy):
        return not result.many and all(isinstance(item, Tensor) for item in result.items)
    return isinstance(result, Tensor)


def _alike(machine: Machine, last: Run, function: Function, given: dict[int | str, Value]) -> bool:
    same = _same_owner(last.bound, function) and last.recorded == machine.recorded
    if not same or last.given.keys() != given.keys():
        return False
    return all(_same_kind(value, last.given[place]) for place, value in given.items())


def _same_owner(before: Value | None, function: Function) -> bool:
    owner, name = function.bound, getattr(function.node, "name", "")
    if isinstance(before, Instance) and isinstance(owner, Instance) and name == "call":
        return before.model is owner.model
    return before is owner


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
    machine.draw(result, copied, machine.site(arguments.node), recorded=ALWAYS, detail=AGAIN)
    return Tensor(copied, symbolic=result.symbolic, numpy=result.numpy, unknown=result.unknown)
