"""What calling a value does: the user's functions and classes, layers, and everything of which less is
known."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.frames import MAKING
from gradcheck.facts.domain.graph import ALWAYS, Edge
from gradcheck.facts.domain.plausible import is_plausible_layer
from gradcheck.facts.domain.values import (
    Choice,
    ClassRef,
    Constant,
    Data,
    External,
    Function,
    Held,
    Instance,
    Layer,
    Method,
    Opaque,
    Partial,
    Super,
    Value,
)
from gradcheck.facts.effects.row import Effect, Flow, effect
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import note_call
from gradcheck.facts.interpreter.transfer.attributes import stands_for_model
from gradcheck.facts.interpreter.transfer.functions import call_function, with_self
from gradcheck.facts.interpreter.transfer.layers import call_layer, is_layer
from gradcheck.facts.interpreter.transfer.library_calls import call_library
from gradcheck.facts.interpreter.transfer.library_effects import apply_effect
from gradcheck.facts.interpreter.transfer.methods import call_method
from gradcheck.facts.interpreter.transfer.objects import call_as_keras, call_instance, make
from gradcheck.report.fate import Reason


def call(machine: Machine, target: Value, arguments: Arguments) -> Value:
    """The value of a call."""
    result = _call(machine, target, arguments)
    note_call(machine, target, arguments, result)
    return result


def _call(machine: Machine, target: Value, arguments: Arguments) -> Value:
    match target:
        case External() if (own := _by_its_class(target, arguments)) is not None:
            return _call(machine, *own)
        case External():
            return call_library(machine, target, arguments)
        case Method(receiver=Super(bound=instance), name="__call__") if instance.model.callable_layer:
            return call_as_keras(machine, instance, arguments)
        case Method():
            return call_method(machine, target, arguments)
        case Function():
            return call_function(machine, *with_self(target, arguments))
        case Layer():
            return call_layer(machine, target, arguments)
        case ClassRef():
            return make(machine, target.model, arguments)
        case Instance():
            return call_instance(machine, target, arguments)
        case Held():
            return _call_held(machine, target, arguments)
        case Data():
            return target
        case Opaque():
            return _call_opaque(machine, target, arguments)
        case Partial():
            return call(machine, target.function, _completed(target, arguments))
        case Choice():
            options = _callable_here(machine, target, arguments)
            with machine.maybe():
                return machine.join([call(machine, option, arguments) for option in options], arguments.node)
    return machine.unknown(arguments.node, [target, *arguments.values()])


def _callable_here(machine: Machine, target: Choice, arguments: Arguments) -> list[Value]:
    """What may be called: not None (`self.norm = Norm() if wanted else None`), and on data no class of
    layers where an object of one may be meant (`self.norm = Norm() if isinstance(norm, type) else norm`)."""
    options = [one for one in target.options if not isinstance(one, Constant)] or [*target.options]
    made = [one for one in options if isinstance(one, (Layer, Instance))]
    on_data = any(True for value in arguments.values() for _ in machine.nodes(value))
    if not made or not on_data:
        return options
    return [one for one in options if not _is_layer_class(one)]


def _is_layer_class(value: Value) -> bool:
    if isinstance(value, ClassRef):
        return value.model.callable_layer
    return isinstance(value, External) and is_layer(value.name)


def _by_its_class(target: External, arguments: Arguments) -> tuple[Method, Arguments] | None:
    """`tf.keras.layers.Layer.build(self, shape)` is what `super().build(shape)` is."""
    owner, _, name = target.name.rpartition(".")
    first = arguments.positional[0][1] if arguments.positional else None
    if not isinstance(first, Instance) or not owner.rpartition(".")[2][:1].isupper():
        return None
    if not first.model.callable_layer or not owner.startswith("keras."):
        return None
    if first.site is None:
        return None
    rest = Arguments(arguments.node, arguments.positional[1:], arguments.keywords, arguments.starred)
    return Method(Super(first, None), name, first.site), rest


def _completed(partial: Partial, arguments: Arguments) -> Arguments:
    node = arguments.node
    first = tuple((node, value) for value in partial.positional)
    given = {word for word, _, _ in arguments.keywords}
    kept = tuple((word, node, value) for word, value in partial.keywords if word not in given)
    return Arguments(node, (*first, *arguments.positional), (*kept, *arguments.keywords), arguments.starred)


# -- library objects and the unknown ------------------------------------------


def _call_held(machine: Machine, held: Held, arguments: Arguments) -> Value:
    row = effect(held.name) or Effect(Flow.CARRY)
    return apply_effect(machine, row, held.name, arguments, extra=[held])


def _call_opaque(machine: Machine, target: Opaque, arguments: Arguments) -> Value:
    """Something unknown is called: everything flows, also from the weights it may hold."""
    if target.default is not None and not isinstance(target.default, Constant):
        return call(machine, target.default, arguments)
    reason = None if is_plausible_layer(target) else target.reason or Reason.CALL
    result = machine.unknown(arguments.node, arguments.values(), reason)
    # Without anything to compute with, it makes something.
    made = not any(True for value in arguments.values() for _ in machine.nodes(value))
    if made and reason is None and machine.frame.phase in MAKING:
        return Opaque(label=target.label, node=result.node)
    own = stands_for_model(machine, target)
    machine.graph.connect(
        Edge(
            own,
            result.node,
            machine.site(arguments.node),
            recorded=ALWAYS if result.symbolic else machine.recorded,
        )
    )
    for kept in target.attributes.values():
        # What was set on it is what it computes with.
        machine.draw(kept, result.node, machine.site(arguments.node))
    for value in arguments.values():
        if isinstance(value, Function):
            machine.draw(
                machine.invoke(value, [Opaque()], arguments.node),
                result.node,
                machine.site(arguments.node),
                recorded=ALWAYS,
            )
    return result
