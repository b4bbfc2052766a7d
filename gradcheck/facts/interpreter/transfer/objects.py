"""What making an object of the user's class does, and calling it: `__init__`, `build` and `call`."""

from __future__ import annotations

import ast
from dataclasses import replace

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import ClassModel
from gradcheck.facts.domain.contents import is_symbolic
from gradcheck.facts.domain.graph import ALWAYS
from gradcheck.facts.domain.kept_by_keras import keep_graph
from gradcheck.facts.domain.values import (
    Function,
    Instance,
    Opaque,
    Tensor,
    Value,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.facts.interpreter.transfer.functions import call_function
from gradcheck.facts.interpreter.transfer.inherited import call_inherited
from gradcheck.facts.interpreter.transfer.layers import builds_graph
from gradcheck.facts.interpreter.transfer.library_calls import named_library
from gradcheck.facts.interpreter.transfer.records import keep_fields
from gradcheck.facts.interpreter.transfer.standard_library import record_of
from gradcheck.report.fate import Reason


def make(machine: Machine, model: ClassModel, arguments: Arguments) -> Value:
    """An object of a class; a module that a class of modules loads is the library that it names."""
    if "types.ModuleType" in model.libraries and (library := named_library(arguments)):
        return library
    if model.record and model.method("__init__") is None:
        return record_of(machine, model.record, arguments, model)
    instance = Instance(model, machine.site(arguments.node))
    machine.log.instances.append(instance)
    construct(machine, instance, arguments)
    return instance


def construct(machine: Machine, instance: Instance, arguments: Arguments) -> None:
    """Run an object's `__init__`, or do what that of a dataclass or of a functional model would."""
    initializer = (
        attribute(machine, instance, "__init__", arguments.node)
        if instance.model.method("__init__")
        else None
    )
    if isinstance(initializer, Function):
        early = instance.model.callable_layer and not machine.taped
        recorded = 0 if early else machine.recorded
        with machine.during(recorded=recorded):
            call_function(machine, initializer, arguments)
        return
    keep_fields(machine, instance, arguments)
    if instance.model.method("__post_init__") is not None:
        machine.invoke(attribute(machine, instance, "__post_init__", arguments.node), [], arguments.node)
    keep_graph(instance, arguments)


def call_instance(machine: Machine, instance: Instance, arguments: Arguments) -> Value:
    """Call an object of the user's: `__call__`, or a layer's `build` (once) and `call`."""
    custom = instance.model.method("__call__")
    if custom is not None:
        if not instance.model.callable_layer:
            instance.called.append(machine.site(arguments.node))
        bound = attribute(machine, instance, "__call__", arguments.node)
        return machine.call(bound, arguments)
    if not instance.model.callable_layer:
        return _call_other(machine, instance, arguments)
    return call_as_keras(machine, instance, arguments)


def call_as_keras(machine: Machine, instance: Instance, arguments: Arguments) -> Value:
    """What Keras' own `__call__` does: `build`, once, and `call`."""
    instance.called.append(machine.site(arguments.node))
    ensure_built(machine, instance, arguments.node)
    symbolic = builds_graph(machine, arguments.values())
    if symbolic and not any(is_symbolic(value) for value in arguments.values()):
        arguments = _supposed_placeholders(machine, arguments)
    with machine.calling(instance, arguments, symbolic=symbolic) as running:
        if instance.model.method("call") is None:
            running.result = call_inherited(machine, instance, arguments, symbolic=symbolic)
        else:
            running.result = machine.call(attribute(machine, instance, "call", arguments.node), arguments)
    return running.result


def _supposed_placeholders(machine: Machine, arguments: Arguments) -> Arguments:
    """Arguments of a layer that a constructor calls on something unknown: there is nothing yet but
    placeholders."""

    def placeholder(value: Value) -> Value:
        if not isinstance(value, (Opaque, Tensor)):
            return value
        node = machine.graph.node()
        machine.draw(value, node, machine.site(arguments.node), recorded=ALWAYS)
        return Tensor(node, symbolic=True, unknown=True)

    return replace(
        arguments, positional=tuple((node, placeholder(value)) for node, value in arguments.positional)
    )


def _call_other(machine: Machine, instance: Instance, arguments: Arguments) -> Value:
    if instance.model.method("call") is not None:
        return machine.call(attribute(machine, instance, "call", arguments.node), arguments)
    reason = Reason.BASE if instance.model.open or instance.model.keeps_more else Reason.CALL
    return machine.unknown(arguments.node, [instance, *arguments.values()], reason)


def ensure_built(machine: Machine, instance: Instance, node: ast.expr) -> None:
    """Run `build` before the first call, as Keras does: outside every tape."""
    if instance.built:
        return
    instance.built = True
    if instance.model.method("build") is not None:
        with machine.once():
            machine.invoke(attribute(machine, instance, "build", node), [Opaque(label="input_shape")], node)
