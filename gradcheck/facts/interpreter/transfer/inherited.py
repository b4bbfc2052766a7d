"""What a library class's own `call` computes for a subclass of the user's."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import ALWAYS
from gradcheck.facts.domain.kept_by_keras import graph_of
from gradcheck.facts.domain.values import (
    External,
    Function,
    Held,
    Instance,
    Layer,
    Tensor,
    Value,
    Variables,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.graph_calls import call_graph
from gradcheck.facts.interpreter.transfer.inherited_reads import READS
from gradcheck.facts.interpreter.transfer.layers import LAMBDA
from gradcheck.facts.interpreter.transfer.stages import call_stages
from gradcheck.report.fate import Reason

ACTIVATIONS = frozenset({"activation", "recurrent_activation"})
"""Attributes that are called on what the layer has computed, not on what it was given."""


def call_inherited(machine: Machine, instance: Instance, arguments: Arguments, *, symbolic: bool) -> Value:
    """The result of `super().call(...)`: of the arguments, of what that class is known to read, and since it
    may read more, of all the object's weights."""
    if graph := graph_of(instance):
        again = len(instance.called) > 1
        return call_graph(machine, *graph, arguments, symbolic=symbolic, again=again)
    made = call_stages(machine, instance, arguments) or _call_lambda(machine, instance, arguments)
    if made is not None:
        return made
    result, site = machine.graph.node(), machine.site(arguments.node)
    recorded = ALWAYS if symbolic else None
    for value in arguments.values():
        machine.draw(value, result, site, recorded=recorded)
    names = _read_names(instance)
    for name in [name for name in names or () if name not in ACTIVATIONS]:
        for held in flatten(instance.attributes.get(name) or instance.given.get(name)):
            machine.draw(_used(machine, held, arguments), result, site, recorded=recorded)
    _rest(machine, instance, arguments, result, recorded)
    if names is None:
        machine.doubt(result, arguments.node, Reason.BASE)
    return _activated(machine, instance, names or (), Tensor(result, symbolic=symbolic), arguments)


def _call_lambda(machine: Machine, instance: Instance, arguments: Arguments) -> Value | None:
    """A subclass of `Lambda` returns what its function does."""
    function = instance.given.get("function")
    known = LAMBDA in instance.model.libraries and isinstance(function, Function)
    return machine.call(function, arguments) if known and function is not None else None


def _read_names(instance: Instance) -> tuple[str, ...] | None:
    """The attributes that the nearest library class reads; None where no such class is known."""
    for name in instance.model.libraries:
        if name in READS:
            return tuple(READS[name].split())
    return None


def _used(machine: Machine, value: Value, arguments: Arguments) -> Value:
    """What becomes of an attribute: a layer inside is called on the first argument, a function on all."""
    if isinstance(value, (Layer, Instance)):
        return machine.invoke(value, [given for _, given in arguments.positional[:1]], arguments.node)
    if isinstance(value, Function):
        return machine.call(value, arguments)
    return value


def _rest(
    machine: Machine, instance: Instance, arguments: Arguments, result: int, recorded: int | None
) -> None:
    middle, site = machine.graph.node(), machine.site(arguments.node)
    machine.draw(Variables((instance,), site), middle, site, recorded=recorded)
    machine.graph.unknown.add(middle)
    machine.doubt(middle, arguments.node, Reason.BASE)
    machine.draw(Tensor(middle), result, site, recorded=recorded)


def _activated(
    machine: Machine, instance: Instance, names: tuple[str, ...], result: Tensor, arguments: Arguments
) -> Value:
    activation = instance.attributes.get("activation") if "activation" in names else None
    if isinstance(activation, (Function, External, Held, Instance)):
        return machine.invoke(activation, [result], arguments.node)
    return result
