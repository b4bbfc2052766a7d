"""Which lists of variables were taken while they were still empty?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.kept_by_keras import OUTPUTS
from gradcheck.facts.domain.keras_names import FUNCTIONAL, SEQUENTIAL
from gradcheck.facts.domain.values import (
    Birth,
    Held,
    Instance,
    Layer,
    Opaque,
    Value,
    Variables,
    WeightRef,
    is_input_layer,
)
from gradcheck.facts.effects.row import effect
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, handed_over, is_tape
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Lists read before the first call of a model that only then gets its weights, and used afterwards."""
    machine = program.machine
    yield from _weightless(machine)
    early = {id(listed): listed for listed in machine.log.listed_early}
    away = handed_over(machine) if early else set()
    for query in machine.log.queries if early else ():
        if not is_tape(query):
            continue
        for value in (one for source in flatten(query.sources) for one in _lists(source)):
            if id(value) in early and _empty(machine, value):
                for birth in weights_of(machine, value):
                    if could_train(birth) and birth.node not in away:
                        yield starve(birth, Kind.EMPTY_VARIABLES, value.site, "empty here", scene="tape")


def _weightless(machine: Machine) -> Iterator[Starved]:
    """Gradients asked for the variables of a layer that never has any, such as an activation."""
    for query in machine.log.queries:
        listed = list(flatten(query.sources)) if is_tape(query) else []
        if listed and all(isinstance(value, Variables) and _never_any(machine, value) for value in listed):
            site = listed[0].site if isinstance(listed[0], Variables) else query.site
            code = site.frame.module.code(site.node, 40).rpartition(".")[0]
            yield starve(
                Birth(-1, site, name=code, label=code),
                Kind.WRONG_VARIABLES,
                site,
                "always empty",
                scene="tape",
            )


def _never_any(machine: Machine, listed: Variables) -> bool:
    """Whether all of these are the variables of library objects that are known to have none."""
    if all(isinstance(owner, Held) for owner in listed.owners):
        return not weights_of(machine, listed)
    return all(
        isinstance(owner, Layer)
        and owner.name.startswith("keras.layers.")
        and not (owner.births or owner.parts or owner.escaped or owner.options.keys() & {"layer", "cell"})
        and (row := effect(owner.name)) is not None
        and not row.weights
        and "Attention" not in owner.name
        for owner in listed.owners
    )


def _lists(value: Value | None) -> Iterator[Variables]:
    """The list that a source is, or was taken from, and those that it was put together of."""
    match value:
        case Variables():
            yield value
            for one in value.lists:
                yield from _lists(one)
        case WeightRef():
            yield from _lists(value.listed)
        case Opaque():
            yield from _lists(value.each_of)


def _empty(machine: Machine, listed: Variables) -> bool:
    (owner,) = listed.owners
    if not isinstance(owner, (Instance, Layer)) or owner.escaped or owner.site is None:
        return False
    whole = owner.owner if isinstance(owner.owner, Layer) else None
    built = any(
        event.did in (Did.BUILD, Did.FIT, Did.COMPILE) and (event.owner is owner or event.owner is whole)
        for event in machine.log.events
    )
    if whole is not None and (whole.called or not _lazy(whole)):
        return False
    return not built and owner.site.frame.outermost is listed.site.frame.outermost and _waits(owner)


def _waits(owner: Instance | Layer) -> bool:
    """Whether a model has no weights before it is called: none whose shape is given."""
    if isinstance(owner, Instance):
        if not owner.model.callable_layer:
            return False
        inside = [held for value in owner.attributes.values() for held in flatten(value)]
        own = any(birth.site.frame.where == "__init__()" for birth in owner.births)
        ready = OUTPUTS in owner.attributes or owner.model.open or own
        return not ready and all(_lazy(held) for held in inside)
    return _lazy(owner)


def _lazy(value: Value) -> bool:
    if not isinstance(value, Layer):
        return not isinstance(value, Instance) or _waits(value)
    if value.name in FUNCTIONAL or value.inputs is not None:
        return False
    shaped = any(map(is_input_layer, value.parts))
    given = {"input_shape", "input_dim", "batch_input_shape", "input_length"} & set(value.options)
    if value.name in SEQUENTIAL:
        return bool(value.parts) and not shaped and all(_lazy(part) for part in value.parts)
    return not given and not value.name.startswith("keras.applications.")
