"""Calls of methods that are not the user's code: of tensors, weights, tapes, layers, optimizers,
containers."""

from __future__ import annotations

import ast
from collections.abc import Callable

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import METRIC, is_optimizer
from gradcheck.facts.domain.contents import flatten, is_symbolic
from gradcheck.facts.domain.frames import MAKING
from gradcheck.facts.domain.graph import ALWAYS, KERAS_2, Edge
from gradcheck.facts.domain.kept_by_keras import OUTPUTS, keep_graph
from gradcheck.facts.domain.keras_names import (
    FITS,
    MAKERS,
    OF_OPTIMIZERS,
    PREDICTS,
    SILENT_METHODS,
    VARIABLE_LISTS,
)
from gradcheck.facts.domain.plausible import is_plausible_layer
from gradcheck.facts.domain.values import (
    NONE,
    UNTRACKED_CONSTANT,
    Birth,
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
    Variables,
    WeightRef,
    Zip,
)
from gradcheck.facts.effects.row import effect
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.interpreter.log import Moved, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import forget, operation_of
from gradcheck.facts.interpreter.transfer.assignment import set_attribute
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.facts.interpreter.transfer.chains import chained
from gradcheck.facts.interpreter.transfer.clearing import note_write
from gradcheck.facts.interpreter.transfer.containers import mapping_method, sequence_method
from gradcheck.facts.interpreter.transfer.inherited import call_inherited
from gradcheck.facts.interpreter.transfer.layers import own, placeholder, trust
from gradcheck.facts.interpreter.transfer.library_effects import apply_effect
from gradcheck.facts.interpreter.transfer.library_objects import (
    held_method,
    optimizer_method,
    own_optimizer,
)
from gradcheck.facts.interpreter.transfer.new_weights import created
from gradcheck.facts.interpreter.transfer.special_methods import lacks
from gradcheck.facts.interpreter.transfer.stages import add_stages, is_chain
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind, Phase

Handler = Callable[[Machine, Method, Arguments], Value]

HOST_METHODS = frozenset({"numpy", "tolist", "item", "eval"})

FIRST_GIVEN = ("function", "layer", "cell")
"""What a library class may call the first thing it is constructed with, and keep it under that name."""

PIPELINES = frozenset({"map", "flat_map", "interleave", "scan", "filter"})
_DEEDS = {
    "compile": Did.COMPILE,
    **dict.fromkeys(FITS, Did.FIT),
    **dict.fromkeys(PREDICTS | {"build", "evaluate", "load_weights", "summary", "set_weights"}, Did.BUILD),
}
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
            return _model_method(machine, method, receiver, arguments)
        case Super():
            return _super_method(machine, method, receiver, arguments)
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


def is_pipeline(machine: Machine, value: Value | None) -> bool:
    """Whether a value is a `tf.data` pipeline, at whatever stage."""
    operation = operation_of(machine, value)
    while operation is not None and operation.name.startswith("Tensor."):
        operation = operation_of(machine, operation.receiver)
    return operation is not None and operation.name.startswith("tf.data.")


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


# -- layers and models --------------------------------------------------------


def _model_method(
    machine: Machine, method: Method, receiver: Instance | Layer, arguments: Arguments
) -> Value:
    name = method.name
    if (did := _DEEDS.get(name)) is not None:
        machine.happened(did, receiver, arguments.node, name)
    if name in ("add_weight", "add_variable") and isinstance(receiver, Instance):
        return WeightRef(_added(machine, receiver, arguments))
    if name == "add_loss":
        return _add_loss(machine, receiver, arguments)
    if name == "compile":
        return _compiled(receiver, arguments)
    if name in FITS:
        return _fitted(machine, receiver, arguments)
    if name in PREDICTS:
        return _predict(machine, receiver, arguments)
    if name in ("get_weights", "set_weights"):
        return _exchange(machine, receiver, arguments, name)
    if name in ("compute_loss", "compiled_loss"):
        return machine.compute(arguments.node, arguments.values())
    if name == "add" and isinstance(receiver, Instance) and is_chain(receiver):
        add_stages(receiver, arguments.get("layer", 0))
        return UNTRACKED_CONSTANT
    if name in ("add", "pop") and isinstance(receiver, Layer):
        receiver.parts += [value for _, value in arguments.positional]
        own(receiver)
        receiver.inputs = receiver.inputs or placeholder(arguments)
        return UNTRACKED_CONSTANT
    if name in ("call", "__call__"):
        return machine.call(receiver, arguments)
    if name == "build" and isinstance(receiver, Instance):
        return UNTRACKED_CONSTANT
    if name == "get_layer":
        return named_part(machine, receiver, arguments, method)
    if name in SILENT_METHODS or name in VARIABLE_LISTS or name == "build":
        return UNTRACKED_CONSTANT
    if name in MAKERS:
        return Opaque()
    if name == "_flatten_layers":
        return attribute(machine, receiver, "layers", arguments.node)
    return _unknown_method(machine, method, receiver, arguments)


def _unknown_method(
    machine: Machine, method: Method, receiver: Instance | Layer, arguments: Arguments
) -> Value:
    values = arguments.values()
    if method.name == "__setattr__" and len(values) == 2:
        set_attribute(machine, arguments.node, receiver, *values)
        return UNTRACKED_CONSTANT
    if isinstance(receiver, Instance) and lacks(receiver, method.name):
        # What is meant here is another value that the name may stand for.
        return machine.unknown(arguments.node, values, Reason.ATTRIBUTE)
    if isinstance(receiver, Instance) and is_optimizer(receiver.model) and method.name in OF_OPTIMIZERS:
        return own_optimizer(machine, method, receiver, arguments)
    machine.escape(receiver, arguments.node)
    return machine.unknown(arguments.node, [receiver_weights(receiver, method), *arguments.values()])


def _compiled(receiver: Instance | Layer, arguments: Arguments) -> Value:
    given = (value for _, value in arguments.positional)
    receiver.compiled = {word: _as_it_is(value) for word, _, value in arguments.keywords}
    receiver.compiled.update(zip(("optimizer", "loss", "metrics"), map(_as_it_is, given), strict=False))
    return UNTRACKED_CONSTANT


def _as_it_is(value: Value) -> Value:
    """What `compile` reads of a dict: what is put into it later, it does not see."""
    return Mapping({**value.entries}, [*value.rest]) if isinstance(value, Mapping) else value


def _fitted(machine: Machine, receiver: Instance | Layer, arguments: Arguments) -> Value:
    machine.log.fitted.append((receiver, machine.site(arguments.node)))
    machine.log.fed.append(arguments)
    machine.log.callbacks += [
        (receiver, value) for word, _, value in arguments.keywords if word == "callbacks"
    ]
    return Opaque()


def named_part(machine: Machine, receiver: Instance | Layer, arguments: Arguments, method: Method) -> Value:
    """The layer of a model that goes by a name: one that was given it where the model was made, else any."""
    name = arguments.get("name", 0)
    parts = (receiver.parts or chained(machine, receiver)) if isinstance(receiver, Layer) else []
    for part in parts if isinstance(name, Constant) else ():
        kept = part.options if isinstance(part, Layer) else part.given if isinstance(part, Instance) else {}
        given = kept.get("name")
        if isinstance(given, Constant) and isinstance(name, Constant) and given.value == name.value:
            return part
    return Opaque(node=machine.all_of(Variables((receiver,), method.site)), part_of=receiver)


def receiver_weights(receiver: Value, method: Method) -> Variables:
    """All weights of the object a method was called on."""
    return Variables((receiver,), method.site)


def _added(machine: Machine, receiver: Instance, arguments: Arguments) -> Birth:
    first = arguments.get("name", 0)
    at = 0 if isinstance(first, Constant) and isinstance(first.value, str) else None
    birth = created(machine, arguments, owner=receiver, bare=False, name_at=at, initial=None)
    if receiver.model.kind == METRIC:
        # Keras makes it not trainable, whatever is said.
        birth.trainable = False
    receiver.births.append(birth)
    return birth


def _add_loss(machine: Machine, receiver: Instance | Layer, arguments: Arguments) -> Value:
    site = machine.site(arguments.node)
    for value in arguments.values():
        node = machine.graph.node()
        machine.draw(value, node, site, recorded=ALWAYS)
        receiver.losses.append(node)
        if not any(True for _ in machine.nodes(value)):
            machine.draw(_added_loss(machine, value, arguments), node, site, recorded=ALWAYS)
    return UNTRACKED_CONSTANT


def _added_loss(machine: Machine, value: Value, arguments: Arguments) -> Value:
    """What is added to the loss: a function is called with each batch, wherever it was handed over."""
    if isinstance(value, Constant):
        return value
    if not isinstance(value, Function):
        return machine.invoke(value, [], arguments.node)
    frame = machine.entered("add_loss()", Phase.CALL, value, arguments.node)
    with machine.at(machine.here.but(frame=frame, chain=None, recorded=ALWAYS)):
        return machine.invoke(value, [], arguments.node)


def _predict(machine: Machine, receiver: Instance | Layer, arguments: Arguments) -> Value:
    """`model.predict(x)` returns an array: nothing behind it is on any tape."""
    site = machine.site(arguments.node)
    result = Tensor(machine.graph.node(), numpy=True)
    for value in (*arguments.values(), Variables((receiver,), site)):
        machine.draw(value, result.node, site, kind=Kind.PREDICT, detail="predict()")
    return result


def _exchange(machine: Machine, receiver: Instance | Layer, arguments: Arguments, name: str) -> Value:
    site = machine.site(arguments.node)
    if name == "get_weights":
        result = Tensor(machine.graph.node(), numpy=True)
        machine.draw(Variables((receiver,), site), result.node, site, kind=Kind.NUMPY, detail="get_weights()")
        return Sequence([result], many=True)
    machine.log.exchanged.append((receiver, arguments, site, machine.recorded))
    return UNTRACKED_CONSTANT


def _super_method(machine: Machine, method: Method, receiver: Super, arguments: Arguments) -> Value:
    bound = receiver.bound
    if method.name == "__init__":
        if keep_graph(bound, arguments):
            trust(machine, bound.attributes[OUTPUTS])
        bound.given.update({word: value for word, _, value in arguments.keywords})
        for word in FIRST_GIVEN if arguments.positional else ():
            bound.given.setdefault(word, arguments.positional[0][1])
        if is_chain(bound):
            add_stages(bound, arguments.get("layers", 0))
        return UNTRACKED_CONSTANT
    if method.name in ("build", "__setattr__", "__setstate__"):
        return UNTRACKED_CONSTANT
    if method.name in ("call", "__call__"):
        symbolic = any(is_symbolic(value) for value in arguments.values())
        return call_inherited(machine, bound, arguments, symbolic=symbolic)
    return _model_method(machine, Method(bound, method.name, method.site), bound, arguments)


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
