"""Calls of methods that are not the user's code: of tensors, weights, tapes, layers, optimizers,
containers."""

from __future__ import annotations

import ast
from collections.abc import Callable

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import MAKING
from gradcheck.facts.domain.graph import ALWAYS, KERAS_2, Edge
from gradcheck.facts.domain.keras_names import (
    PREDICTS,
    SILENT_METHODS,
)
from gradcheck.facts.domain.plausible import is_plausible_layer
from gradcheck.facts.domain.values import (
    NONE,
    UNTRACKED_CONSTANT,
    Constant,
    Function,
    Gradients,
    Held,
    Instance,
    Layer,
    Mapping,
    Method,
    Opaque,
    Partial,
    Sequence,
    Super,
    Tape,
    Tensor,
    Value,
    WeightRef,
    Zip,
)
from gradcheck.facts.effects.row import effect
from gradcheck.facts.interpreter.log import Moved, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import forget, is_pipeline
from gradcheck.facts.interpreter.transfer.clearing import note_write
from gradcheck.facts.interpreter.transfer.containers import mapping_method, sequence_method
from gradcheck.facts.interpreter.transfer.library_effects import apply_effect
from gradcheck.facts.interpreter.transfer.library_objects import (
    held_method,
    optimizer_method,
)
from gradcheck.facts.interpreter.transfer.model_methods import model_method, super_method
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind

Handler = Callable[[Machine, Method, Arguments], Value]

HOST_METHODS = frozenset({"numpy", "tolist", "item", "eval"})

PIPELINES = frozenset({"map", "flat_map", "interleave", "scan", "filter"})
ASSIGNS = frozenset(
    {"assign", "assign_add", "assign_sub", "scatter_nd_update", "scatter_update", "scatter_add"}
)


def call_method(machine: Machine, method: Method, arguments: Arguments) -> Value:
    """The value of calling a library object's method."""
    receiver = method.receiver
    match receiver:
        case WeightRef():
            return _weight_method(machine, method, receiver, arguments)
        case Tensor() | Gradients():
            return _tensor_method(machine, method, receiver, arguments)
        case Tape():
            return _tape_method(machine, method, receiver, arguments)
        case Instance() | Layer():
            return model_method(machine, method, receiver, arguments)
        case Super():
            return super_method(machine, method, receiver, arguments)
        case Held():
            return held_method(machine, method, receiver, arguments)
        case Sequence() | Zip():
            return sequence_method(machine, method, arguments)
        case Mapping():
            return mapping_method(machine, method, receiver, arguments)
        case Opaque():
            return _opaque_method(machine, method, receiver, arguments)
        case Constant(value=str() as text) if method.name == "format":
            return Constant(text, known=False)
        case Constant():
            return UNTRACKED_CONSTANT
    return machine.unknown(arguments.node, arguments.values())


# -- numbers ------------------------------------------------------------------


def _weight_method(machine: Machine, method: Method, receiver: WeightRef, arguments: Arguments) -> Value:
    if method.name in ASSIGNS:
        return _assigned(machine, method, receiver, arguments)
    if method.name in ("value", "read_value", "_value"):
        return machine.compute(arguments.node, [receiver])
    return _tensor_method(machine, method, receiver, arguments)


def _assigned(machine: Machine, method: Method, receiver: WeightRef, arguments: Arguments) -> Value:
    """Under Keras 2 `assign` returns the variable, under Keras 3 the tensor that was assigned."""
    site, result = machine.site(arguments.node), machine.graph.node()
    detail = method.name
    note_write(machine, method, receiver.weight, arguments)
    if machine.frame.phase not in MAKING:
        machine.log.assigned.add(receiver.weight.node)
    if method.name != "assign_sub" and not (method.name == "assign_add" and _is_step(machine, arguments)):
        # A step of gradient descent or ascent by hand leaves the start what it is.
        forget(machine, receiver)
    for value in arguments.values():
        machine.draw(value, receiver.weight.node, site, kind=Kind.ASSIGNED, recorded=ALWAYS, detail=detail)
        if receiver.weight.bare:
            machine.draw(value, result, site, kind=Kind.ASSIGNED, detail=detail)
        else:
            machine.draw(value, result, site, kind=Kind.ASSIGNED, keras=KERAS_2, detail=detail)
    machine.draw(receiver, result, site)
    return Tensor(result)


def _is_step(machine: Machine, arguments: Arguments) -> bool:
    """Whether what is added to a weight is computed from a gradient."""
    behind = machine.graph.backward(node for value in arguments.values() for node in machine.nodes(value))
    return any(one.node in behind for one in machine.log.gradients)


def _sliced(machine: Machine, method: Method, arguments: Arguments) -> WeightRef | None:
    """The weight that a write into a part of it is for: `self.canvas[:, 2:4].assign(patch)`."""
    match arguments.node:
        case ast.Call(func=ast.Attribute(value=ast.Subscript(value=whole))) if method.name in ASSIGNS:
            owner = machine.eval(whole)
            return owner if isinstance(owner, WeightRef) else None
    return None


def _tensor_method(machine: Machine, method: Method, receiver: Value, arguments: Arguments) -> Value:
    if (weight := _sliced(machine, method, arguments)) is not None:
        return _assigned(machine, method, weight, arguments)
    if method.name in SILENT_METHODS:
        return UNTRACKED_CONSTANT
    if method.name in HOST_METHODS:
        result = machine.compute(arguments.node, [receiver], kind=Kind.NUMPY, detail=f".{method.name}()")
        return Tensor(result.node, symbolic=result.symbolic, numpy=True)
    row = effect(f"Tensor.{method.name}")
    if row is not None:
        return apply_effect(machine, row, f"Tensor.{method.name}", arguments, extra=[receiver])
    if method.name in PIPELINES and is_pipeline(machine, receiver):
        return _mapped(machine, receiver, arguments)
    if isinstance(receiver, Tensor) and receiver.unknown:
        return _method_of_unknown(machine, method, receiver, arguments)
    numpy = isinstance(receiver, Tensor) and receiver.numpy
    result = machine.compute(arguments.node, [receiver, *arguments.values()])
    return Tensor(result.node, symbolic=result.symbolic, numpy=numpy)


def _method_of_unknown(machine: Machine, method: Method, receiver: Tensor, arguments: Arguments) -> Value:
    """What may be no tensor at all has methods that no tape would have to see: a dict's `get`; or it is an
    optimizer."""
    if method.name in ("apply_gradients", "minimize"):
        return optimizer_method(machine, method, arguments)
    result = machine.unknown(arguments.node, [receiver, *arguments.values()])
    return Tensor(result.node, symbolic=result.symbolic, numpy=receiver.numpy, unknown=True)


def _mapped(machine: Machine, receiver: Value, arguments: Arguments) -> Value:
    """A pipeline runs its functions by itself, beside every tape."""
    result = machine.compute(arguments.node, [receiver])
    for _, _, node, function in arguments.all():
        if isinstance(function, (Function, Partial, Layer, Instance)):
            with machine.maybe(), machine.during(recorded=ALWAYS):
                produced = machine.invoke(function, [receiver], node)
            machine.log.piped.append((produced, machine.site(node)))
            machine.draw(produced, result.node, machine.site(node), kind=Kind.OUTSIDE_TAPE, recorded=ALWAYS)
    return result


# -- tapes --------------------------------------------------------------------


def _tape_method(machine: Machine, method: Method, tape: Tape, arguments: Arguments) -> Value:
    if method.name in ("gradient", "jacobian", "batch_jacobian"):
        return _gradient(machine, tape, arguments)
    if method.name == "watch":
        for node in (node for value in arguments.values() for node in machine.nodes(value)):
            tape.watched.setdefault(node, len(machine.graph.outgoing[node]))
            tape.watches.setdefault(node, machine.site(arguments.node))
    if method.name == "watched_variables":
        return Opaque()
    if method.name == "stop_recording":
        return method
    return UNTRACKED_CONSTANT


def _gradient(machine: Machine, tape: Tape, arguments: Arguments) -> Value:
    site = machine.site(arguments.node)
    target, sources = arguments.get("target", 0) or NONE, arguments.get("sources", 1) or NONE
    tape.asked.append((site, machine.here.path))
    nodes = tuple(machine.nodes(target))
    opaque = any(isinstance(held, Opaque) and held.node is None for held in flatten(target))
    if nodes and not opaque:
        machine.log.queries.append(Query(tape, tape.bit, nodes, sources, site, "tape"))
    result = Gradients(machine.graph.node(), sources, site, machine.here.loops)
    machine.draw(target, result.node, site)
    machine.log.gradients.append(result)
    return result


# -- the unknown --------------------------------------------------------------


def _opaque_method(machine: Machine, method: Method, receiver: Opaque, arguments: Arguments) -> Value:
    if method.name in ("apply_gradients", "minimize"):
        return optimizer_method(machine, method, arguments)
    if method.name == "compute_gradients" and len(arguments.values()) == 1:
        machine.log.results += machine.nodes(arguments.values()[0])
    if method.name in SILENT_METHODS:
        return UNTRACKED_CONSTANT
    if receiver.each_of is not None and method.name in ASSIGNS:
        site = machine.site(arguments.node)
        moved = Moved(receiver.each_of, arguments.values(), site, method.name, machine.recorded)
        machine.log.moved.append(moved)
        return receiver
    plausible = is_plausible_layer(Opaque(label=method.name, reason=receiver.reason))
    reason = None if plausible else receiver.reason or Reason.CALL
    result = machine.unknown(arguments.node, arguments.values(), reason)
    if receiver.node is not None:
        kind = Kind.PREDICT if method.name in PREDICTS else None
        machine.graph.connect(
            Edge(
                receiver.node,
                result.node,
                machine.site(arguments.node),
                kind,
                recorded=machine.recorded if kind is None else ALWAYS,
                detail="predict()",
            )
        )
    return result if result.symbolic else Opaque(node=result.node)
