"""Which outputs of a model does no loss depend on?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from gradcheck.facts.domain.graph import AMBIENT, KERAS_BITS, Site
from gradcheck.facts.domain.literals import stands_there
from gradcheck.facts.domain.values import (
    Constant,
    External,
    Function,
    Held,
    Layer,
    Mapping,
    Sequence,
    Tensor,
    Value,
    is_none,
)
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did, Training
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import Names, could_train, listed, looked_after, meant
from gradcheck.facts.ownership.weights import losses_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import BOTH_KERAS, Kind, Severity


class Head(NamedTuple):
    """One output of a compiled model: its key in the loss, its value, whether a loss is given for it, and the
    argument of `compile` that says so."""

    key: str | int
    value: Value
    loss: bool
    keras: tuple[str, ...] = BOTH_KERAS
    said_by: str = "loss"


def ask(program: Program) -> Iterator[Starved]:
    """Heads whose loss is None, missing, or weighed with zero in `compile`."""
    machine = program.machine
    if not any(_several(training) for training in machine.log.trained):
        return
    excused = looked_after(machine) | listed(machine)
    for training in machine.log.trained:
        heads = [_weighed(training, head) for head in _heads(machine, training)]
        if any(head.loss for head in heads):
            for head in heads:
                if not head.loss:
                    yield from _left_out(machine, training, head, heads, excused)


def _several(training: Training) -> bool:
    said = (training.compiled.get("loss"), training.compiled.get("loss_weights"))
    several = any(isinstance(one, (Sequence, Mapping)) for one in said)
    return several and isinstance(training.output, (Sequence, Mapping))


def _weighed(training: Training, head: Head) -> Head:
    """A head whose weight is zero has no loss."""
    weight = _weight(training, head)
    if head.loss and isinstance(weight, Constant) and weight.known and weight.value == 0:
        return head._replace(loss=False, said_by="loss_weights")
    return head


def _weight(training: Training, head: Head) -> Value | None:
    match training.compiled.get("loss_weights"):
        case Sequence(many=False, items=items) if isinstance(head.key, int) and head.key < len(items):
            return items[head.key]
        case Mapping(rest=[], entries=entries):
            return entries.get(head.key)
    return None


def _heads(machine: Machine, training: Training) -> Iterator[Head]:
    output, loss = training.output, training.compiled.get("loss")
    match output, loss:
        case Mapping(), Mapping() if (
            not loss.rest and not output.rest and set(loss.entries) <= set(output.entries)
        ):
            for key, value in output.entries.items():
                yield Head(key, value, not is_none(loss.entries.get(key)))
        case Sequence(many=False), Sequence(many=False):
            for index, value in enumerate(output.items):
                given = loss.items[index] if index < len(loss.items) else None
                yield Head(index, value, not is_none(given))
        case Sequence(many=False), Constant() | External() | Held() | Function():
            # One loss for all outputs.
            yield from (Head(index, value, not is_none(loss)) for index, value in enumerate(output.items))
        case Sequence(many=False), Mapping() if not loss.rest:
            yield from _named_heads(machine, training, output, loss)


def _named_heads(machine: Machine, training: Training, output: Sequence, loss: Mapping) -> Iterator[Head]:
    """Outputs in a list go by the names of their layers; Keras 3 raises where one is missing."""
    graph = training.owner.outputs if isinstance(training.owner, Layer) else None
    names = [_layer_name(machine, item) for item in graph.items] if isinstance(graph, Sequence) else []
    if len(names) != len(output.items) or None in names or not set(loss.entries) <= set(names):
        return
    for name, value in zip(names, output.items, strict=True):
        if name is not None:
            keras = BOTH_KERAS if name in loss.entries else ("2",)
            yield Head(name, value, not is_none(loss.entries.get(name)), keras)


def _layer_name(machine: Machine, value: Value) -> str | None:
    for call in machine.log.calls:
        made = call.result
        if isinstance(made, Tensor) and isinstance(value, Tensor) and made.node == value.node:
            name = call.owner.options.get("name") if isinstance(call.owner, Layer) else None
            return name.value if isinstance(name, Constant) and isinstance(name.value, str) else None
    return None


# -- what only such a head leads to -----------------------------------------------


def _left_out(
    machine: Machine, training: Training, head: Head, heads: list[Head], excused: Names
) -> Iterator[Starved]:
    graph = machine.graph
    with_loss = [node for other in heads if other.loss for node in machine.nodes(other.value)]
    used = graph.backward([*with_loss, *losses_of(machine, training.owner)])
    behind = graph.backward(
        machine.nodes(head.value),
        lambda edge: all(edge.flows(AMBIENT, bit) for bit in KERAS_BITS.values()),
    )
    place = _place(machine, training, head)
    said = _severity(training, head, place)
    for birth in machine.log.births if said else ():
        if birth.node in behind - used and could_train(birth) and not meant(birth, excused):
            note = "no loss for this output"
            yield starve(birth, Kind.NOT_IN_LOSS, place, note, keras=head.keras, scene="fit", severity=said)


def _severity(training: Training, head: Head, place: Site) -> Severity | None:
    """An error, but a warning for a zero that is written there; one that a parameter brings is a switch, and
    turned off."""
    weight = _weight(training, head)
    if head.said_by == "loss" or (isinstance(weight, Constant) and weight.rounded):
        return Severity.ERROR
    written = isinstance(place.node, ast.expr) and stands_there(place.node, place)
    return Severity.WARNING if written else None


def _place(machine: Machine, training: Training, head: Head) -> Site:
    """The head's entry in `compile(loss=...)`, else all of the losses."""
    compiled = [
        event.site
        for event in machine.log.events
        if event.did is Did.COMPILE
        and event.owner is training.owner
        and isinstance(event.site.node, ast.Call)
    ]
    if not compiled:
        return training.site
    call, frame = compiled[-1].node, compiled[-1].frame
    assert isinstance(call, ast.Call)
    losses = next((word.value for word in call.keywords if word.arg == head.said_by), None)
    if losses is None:
        losses = call.args[1] if len(call.args) > 1 else call
    return Site(_entry(losses, head.key), frame)


def _entry(losses: ast.expr, key: str | int) -> ast.expr:
    match losses:
        case ast.Dict():
            entries = zip(losses.keys, losses.values, strict=True)
            found = (value for word, value in entries if isinstance(word, ast.Constant) and word.value == key)
            return next(found, losses)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) if isinstance(key, int) and key < len(parts):
            return parts[key]
    return losses
