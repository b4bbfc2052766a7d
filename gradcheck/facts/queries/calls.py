"""The calls of libraries that a module makes, each once, with the weights behind every argument."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth, Lazy, Value, Variables, WeightRef, plain
from gradcheck.facts.domain.wording import location_of, weight_of
from gradcheck.facts.facts import Argument, Call
from gradcheck.facts.interpreter.log import LibraryCall
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.report.finding import Weight

_Key = tuple[str, ast.expr]


def calls_of(program: Program) -> tuple[Call, ...]:
    """Every call of a library in the module itself, in source order."""
    grouped: dict[_Key, list[LibraryCall]] = {}
    for one in program.machine.log.library_calls:
        if one.site.frame.module is program.module and "." in one.name:
            grouped.setdefault((one.name, one.arguments.node), []).append(one)
    births = {birth.node: birth for birth in program.machine.log.births}
    found = [_call(program.machine, group, births) for group in grouped.values()]
    return tuple(sorted(found, key=lambda one: (one.location, one.function)))


def _call(machine: Machine, group: list[LibraryCall], births: dict[int, Birth]) -> Call:
    """What all runs of one call together show."""
    first = group[0]
    frame = first.site.frame
    runs = [list(_arguments(machine, one, births)) for one in group]
    return Call(
        first.name,
        location_of(first.site),
        frame.module.code(first.site.node),
        frame.where,
        frame.phase,
        tuple(_merged(same) for same in zip(*runs, strict=False)),
    )


def _arguments(machine: Machine, call: LibraryCall, births: dict[int, Birth]) -> Iterator[Argument]:
    module = call.site.frame.module
    for word, _, node, value in call.arguments.all():
        weights = tuple(_behind(machine, value, births))
        yield Argument(
            word or "", module.code(node), _plain(value), weights, is_weight=isinstance(value, WeightRef)
        )


def _behind(machine: Machine, value: Value, births: dict[int, Birth]) -> Iterator[Weight]:
    """The weights that a value was computed from; a generator is not run for that."""
    if isinstance(value, Variables):
        made = {birth.node for birth in weights_of(machine, value)}
    else:
        made = set() if isinstance(value, Lazy) else {*machine.nodes(value)}
    reached = machine.graph.backward(made)
    yield from dict.fromkeys(weight_of(births[node]) for node in sorted(reached & births.keys()))


def _plain(value: Value) -> bool | int | float | str | None:
    found = plain(value)
    return found if isinstance(found, bool | int | float | str) else None


def _merged(same: tuple[Argument, ...]) -> Argument:
    """One argument of a call that runs more than once: what holds in every run, and all the weights."""
    first = same[0]
    weights = dict.fromkeys(weight for one in same for weight in one.weights)
    value = first.value if all(one.value == first.value for one in same) else None
    return Argument(first.name, first.code, value, tuple(weights), all(one.is_weight for one in same))
