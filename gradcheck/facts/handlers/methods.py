"""Calls of methods that are not the user's code: of tensors, weights, tapes, layers, optimizers,
containers."""

from __future__ import annotations

from collections.abc import Callable

from gradcheck.facts.handlers.attributes import VARIABLE_LISTS
from gradcheck.facts.handlers.births import created
from gradcheck.facts.handlers.flows import apply_effect
from gradcheck.facts.handlers.layers import placeholder
from gradcheck.facts.handlers.library import make_held
from gradcheck.facts.handlers.sequences import element
from gradcheck.facts.language.effect import Effect, Flow, effect
from gradcheck.facts.language.events import Did
from gradcheck.facts.language.graph import ALWAYS, KERAS_2, Edge
from gradcheck.facts.language.machine import Applied, Arguments, Machine, Query, flatten
from gradcheck.facts.language.operations import forget
from gradcheck.facts.language.values import (
    NONE,
    UNTRACKED_CONSTANT,
    Birth,
    Constant,
    Gradients,
    Held,
    Instance,
    Layer,
    Mapping,
    Method,
    Opaque,
    Sequence,
    Super,
    Tape,
    Tensor,
    Value,
    Variables,
    WeightRef,
    Zip,
)
from gradcheck.kinds import Kind

Handler = Callable[[Machine, Method, Arguments], Value]

HOST_METHODS = frozenset({"numpy", "tolist", "item", "eval"})
SILENT_METHODS = frozenset(
    {
        "summary",
        "get_config",
        "save",
        "save_weights",
        "load_weights",
        "evaluate",
        "get_shape",
        "set_shape",
        "reset_states",
        "reset_state",
        "compute_output_shape",
        "count_params",
        "add_metric",
        "track",
        "format",
        "join",
    }
)
FITS = frozenset({"fit", "train_on_batch", "fit_generator"})
PREDICTS = frozenset({"predict", "predict_on_batch", "predict_generator"})
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
            return _held_method(machine, method, receiver, arguments)
        case Sequence() | Zip():
            return _sequence_method(machine, method, arguments)
        case Mapping():
            return _mapping_method(machine, method, receiver, arguments)
        case Opaque():
            return _opaque_method(machine, method, receiver, arguments)
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
    if method.name != "assign_sub":
        # A step of gradient descent by hand leaves the start what it is.
        forget(machine, receiver)
    for value in arguments.values():
        machine.draw(value, receiver.weight.node, site, kind=Kind.ASSIGNED, recorded=ALWAYS, detail=detail)
        if receiver.weight.bare:
            machine.draw(value, result, site, kind=Kind.ASSIGNED, detail=detail)
        else:
            machine.draw(value, result, site, kind=Kind.ASSIGNED, keras=KERAS_2, detail=detail)
    machine.draw(receiver, result, site)
    return Tensor(result)


def _tensor_method(machine: Machine, method: Method, receiver: Value, arguments: Arguments) -> Value:
    if method.name in SILENT_METHODS:
        return UNTRACKED_CONSTANT
    if method.name in HOST_METHODS:
        result = machine.compute(arguments.node, [receiver], kind=Kind.NUMPY, detail=f".{method.name}()")
        return Tensor(result.node, numpy=True)
    row = effect(f"Tensor.{method.name}")
    if row is not None:
        return apply_effect(machine, row, f"Tensor.{method.name}", arguments, extra=[receiver])
    numpy = isinstance(receiver, Tensor) and receiver.numpy
    result = machine.compute(arguments.node, [receiver, *arguments.values()])
    return Tensor(result.node, symbolic=result.symbolic, numpy=numpy)


# -- tapes --------------------------------------------------------------------


def _tape_method(machine: Machine, method: Method, tape: Tape, arguments: Arguments) -> Value:
    if method.name in ("gradient", "jacobian", "batch_jacobian"):
        return _gradient(machine, tape, arguments)
    if method.name == "watch":
        tape.watched += [node for value in arguments.values() for node in machine.nodes(value, method.site)]
    if method.name == "watched_variables":
        return Opaque()
    if method.name == "stop_recording":
        return method
    return UNTRACKED_CONSTANT


def _gradient(machine: Machine, tape: Tape, arguments: Arguments) -> Value:
    site = machine.site(arguments.node)
    target, sources = arguments.get("target", 0) or NONE, arguments.get("sources", 1) or NONE
    tape.asked.append((site, machine.path))
    nodes = tuple(machine.nodes(target, site))
    opaque = any(isinstance(held, Opaque) and held.node is None for held in flatten(target))
    if nodes and not opaque:
        machine.log.queries.append(Query(tape, tape.bit, nodes, sources, site, "tape"))
    result = Gradients(machine.graph.node(), sources, site)
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
        receiver.compiled = {word: value for word, _, value in arguments.keywords}
        receiver.compiled.update(
            zip(("optimizer", "loss", "metrics"), (value for _, value in arguments.positional), strict=False)
        )
        return UNTRACKED_CONSTANT
    if name in FITS:
        machine.log.fitted.append((receiver, machine.site(arguments.node)))
        return Opaque()
    if name in PREDICTS:
        return _predict(machine, receiver, arguments)
    if name in ("get_weights", "set_weights"):
        return _exchange(machine, receiver, arguments, name)
    if name == "compute_loss":
        return machine.compute(arguments.node, arguments.values())
    if name in ("add", "pop") and isinstance(receiver, Layer):
        receiver.parts += [value for _, value in arguments.positional]
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
    machine.escape(receiver)
    return machine.unknown(arguments.node, [receiver_weights(receiver, method), *arguments.values()])


def named_part(machine: Machine, receiver: Instance | Layer, arguments: Arguments, method: Method) -> Value:
    """The layer of a model that goes by a name: one that was given it where the model was made, else any."""
    name = arguments.get("name", 0)
    for part in receiver.parts if isinstance(receiver, Layer) and isinstance(name, Constant) else ():
        given = part.options.get("name") if isinstance(part, Layer) else None
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
    receiver.births.append(birth)
    return birth


def _add_loss(machine: Machine, receiver: Instance | Layer, arguments: Arguments) -> Value:
    site = machine.site(arguments.node)
    for value in arguments.values():
        node = machine.graph.node()
        machine.draw(value, node, site, recorded=ALWAYS)
        receiver.losses.append(node)
        if not any(True for _ in machine.nodes(value, site)):
            produced = machine.invoke(value, [], arguments.node) if not isinstance(value, Constant) else value
            machine.draw(produced, node, site, recorded=ALWAYS)
    return UNTRACKED_CONSTANT


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
    machine.log.exchanged.append((receiver, arguments, site))
    return UNTRACKED_CONSTANT


def _super_method(machine: Machine, method: Method, receiver: Super, arguments: Arguments) -> Value:
    bound = receiver.bound
    if method.name == "__init__":
        bound.initialized = True
        inputs, outputs = arguments.get("inputs", 0), arguments.get("outputs", 1)
        if bound.model.kind == "model" and inputs is not None and outputs is not None:
            bound.attributes["__inputs"], bound.attributes["__outputs"] = inputs, outputs
        return UNTRACKED_CONSTANT
    if method.name in ("build", "__setattr__", "__setstate__"):
        return UNTRACKED_CONSTANT
    if method.name in ("call", "__call__"):
        site = machine.site(arguments.node)
        result = machine.compute(arguments.node, [*arguments.values(), Variables((bound,), site)])
        machine.graph.unknown.add(result.node)
        return result
    return _model_method(machine, Method(bound, method.name, method.site), bound, arguments)


# -- held library objects -----------------------------------------------------


def _held_method(machine: Machine, method: Method, held: Held, arguments: Arguments) -> Value:
    if held.made == "optimizer":
        return optimizer_method(machine, method, arguments)
    if held.made == "tensorarray":
        return _tensor_array(machine, method, held, arguments)
    if held.made == "distribution" and method.name == "copy":
        row = effect(held.name) or Effect(Flow.OBJECT, keras=("3",))
        positional, keywords = held.arguments
        node = arguments.node
        again = Arguments(
            node,
            tuple((node, value) for value in positional),
            tuple((word, node, value) for word, value in keywords.items()),
        )
        return make_held(machine, row, held.name, again)
    if held.made == "distribution" and method.name in ("sample", "experimental_sample_and_log_prob"):
        return _sample(machine, held, arguments)
    row = effect(f"{held.made.capitalize()}.{method.name}") or Effect(Flow.CARRY)
    if held.made == "metric":
        row = effect(held.name) or row
        for value in arguments.values():
            # What a metric is told, it writes to its state; what it says, it reads from there.
            machine.draw(value, held.node, machine.site(arguments.node), kind=Kind.METRIC, detail=held.name)
    return apply_effect(machine, row, f"{held.made}.{method.name}", arguments, extra=[held])


def _tensor_array(machine: Machine, method: Method, held: Held, arguments: Arguments) -> Value:
    """`write` returns a new array. A traced layer that drops it has written nothing; an eager one has."""
    if method.name not in ("write", "unstack", "scatter", "split"):
        return machine.compute(arguments.node, [held])
    site = machine.site(arguments.node)
    written = Held(held.name, machine.graph.node(), held.made, site)
    traced = machine.layer_depth > 0 or machine.frame.traced
    for value in arguments.values():
        machine.draw(value, written.node, site)
        machine.draw(value, held.node, site, kind=Kind.DISCARDED_WRITE if traced else None, recorded=ALWAYS)
    machine.draw(held, written.node, site, recorded=ALWAYS)
    return written


def _sample(machine: Machine, held: Held, arguments: Arguments) -> Value:
    row = effect(held.name)
    drawn = row is not None and row.reparameterised is False
    return machine.compute(arguments.node, [held], kind=Kind.SAMPLED if drawn else None, detail=held.name)


def optimizer_method(machine: Machine, method: Method, arguments: Arguments) -> Value:
    """`apply_gradients`, `apply` and `minimize`."""
    site = machine.site(arguments.node)
    if method.name == "apply_gradients" and arguments.positional:
        pairs = arguments.positional[0][1]
        if isinstance(pairs, Zip) and len(pairs.parts) == 2 and isinstance(pairs.parts[0], Gradients):
            machine.log.applied.append(Applied(pairs.parts[0], pairs.parts[1], site))
    elif method.name == "minimize":
        return _minimize(machine, arguments)
    return UNTRACKED_CONSTANT


def _minimize(machine: Machine, arguments: Arguments) -> Value:
    loss, variables, tape = arguments.get("loss", 0), arguments.get("var_list", 1), arguments.get("tape")
    site = machine.site(arguments.node)
    if loss is None or variables is None:
        return UNTRACKED_CONSTANT
    if isinstance(tape, Tape):
        machine.log.queries.append(
            Query(tape, tape.bit, tuple(machine.nodes(loss, site)), variables, site, "tape")
        )
        return UNTRACKED_CONSTANT
    bit = machine.next_bit
    machine.next_bit <<= 1
    with machine.during(recorded=machine.recorded | bit):
        value = machine.invoke(loss, [], arguments.node) if not isinstance(loss, Tensor) else loss
    nodes = tuple(machine.nodes(value, site))
    if nodes:
        machine.log.queries.append(Query(None, bit, nodes, variables, site, "minimize"))
    return UNTRACKED_CONSTANT


# -- containers ---------------------------------------------------------------


def _sequence_method(machine: Machine, method: Method, arguments: Arguments) -> Value:
    receiver, values = method.receiver, arguments.values()
    if isinstance(receiver, Zip):
        return Opaque()
    assert isinstance(receiver, Sequence)
    match method.name:
        case "append" | "add" | "appendleft" | "insert":
            receiver.items += values[-1:]
            receiver.many = receiver.many or machine.branches > 0
        case "extend" | "update":
            for value in values:
                if isinstance(value, Sequence):
                    receiver.items += value.items
                    receiver.many = receiver.many or value.many or machine.branches > 0
                else:
                    receiver.items.append(element(machine, value, arguments.node))
                    receiver.many = True
        case "pop" | "popleft":
            return machine.join(receiver.items, arguments.node) if receiver.items else Opaque()
        case "copy":
            return Sequence(list(receiver.items), receiver.many, receiver.kind)
        case _:
            return UNTRACKED_CONSTANT
    return NONE


def _mapping_method(machine: Machine, method: Method, receiver: Mapping, arguments: Arguments) -> Value:
    values = [*receiver.entries.values(), *receiver.rest]
    joined = machine.join(values, arguments.node) if values else Opaque()
    match method.name:
        case "get" | "pop" | "setdefault":
            return _mapping_get(machine, method, receiver, arguments, joined)
        case "items":
            return Sequence(
                [Sequence([UNTRACKED_CONSTANT, value], kind="tuple") for value in values], many=True
            )
        case "values":
            return Sequence(values, many=True, kind="view")
        case "keys":
            return Sequence([UNTRACKED_CONSTANT], many=True)
        case "update":
            for value in arguments.values():
                if isinstance(value, Mapping):
                    receiver.entries.update(value.entries)
                    receiver.rest += value.rest
                else:
                    receiver.rest.append(value)
            return NONE
        case "copy":
            return Mapping(dict(receiver.entries), list(receiver.rest), receiver.kind)
    return Opaque()


def _mapping_get(
    machine: Machine, method: Method, receiver: Mapping, arguments: Arguments, joined: Value
) -> Value:
    key, default = arguments.get("key", 0), arguments.get("default", 1)
    known = isinstance(key, Constant) and key.known and isinstance(key.value, (str, int))
    if method.name == "setdefault" and default is not None:
        receiver.rest.append(default)
        receiver.defaulted.append(default)
        return machine.join([joined, default], arguments.node) if receiver.entries else default
    if known and key.value in receiver.entries:  # type: ignore[union-attr]  # `known` says it is a Constant
        return receiver.entries[key.value]  # type: ignore[union-attr]
    return machine.join([joined, default], arguments.node) if default is not None else joined


# -- the unknown --------------------------------------------------------------


def _opaque_method(machine: Machine, method: Method, receiver: Opaque, arguments: Arguments) -> Value:
    if method.name in ("apply_gradients", "minimize"):
        return optimizer_method(machine, method, arguments)
    if method.name in SILENT_METHODS:
        return UNTRACKED_CONSTANT
    result = machine.unknown(arguments.node, arguments.values())
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
    return Opaque(node=result.node)
