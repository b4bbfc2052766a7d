"""Methods of layers and models: what Keras' own do, and what an object's base class does."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import METRIC, is_optimizer
from gradcheck.facts.domain.contents import is_symbolic
from gradcheck.facts.domain.graph import ALWAYS
from gradcheck.facts.domain.kept_by_keras import OUTPUTS, keep_graph
from gradcheck.facts.domain.keras_names import (
    FITS,
    MAKERS,
    OF_OPTIMIZERS,
    PREDICTS,
    SILENT_METHODS,
    VARIABLE_LISTS,
)
from gradcheck.facts.domain.values import (
    UNTRACKED_CONSTANT,
    Birth,
    Constant,
    Function,
    Instance,
    Layer,
    Mapping,
    Method,
    Opaque,
    Sequence,
    Super,
    Tensor,
    Value,
    Variables,
    WeightRef,
)
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.assignment import set_attribute
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.facts.interpreter.transfer.chains import chained
from gradcheck.facts.interpreter.transfer.inherited import call_inherited
from gradcheck.facts.interpreter.transfer.layers import own, placeholder, trust
from gradcheck.facts.interpreter.transfer.library_objects import (
    own_optimizer,
)
from gradcheck.facts.interpreter.transfer.new_weights import created
from gradcheck.facts.interpreter.transfer.special_methods import lacks
from gradcheck.facts.interpreter.transfer.stages import add_stages, is_chain
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind, Phase

FIRST_GIVEN = ("function", "layer", "cell")
"""What a library class may call the first thing it is constructed with, and keep it under that name."""
_DEEDS = {
    "compile": Did.COMPILE,
    **dict.fromkeys(FITS, Did.FIT),
    **dict.fromkeys(PREDICTS | {"build", "evaluate", "load_weights", "summary", "set_weights"}, Did.BUILD),
}


def model_method(machine: Machine, method: Method, receiver: Instance | Layer, arguments: Arguments) -> Value:
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


def super_method(machine: Machine, method: Method, receiver: Super, arguments: Arguments) -> Value:
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
    return model_method(machine, Method(bound, method.name, method.site), bound, arguments)
