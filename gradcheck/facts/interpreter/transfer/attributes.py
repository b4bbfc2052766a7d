"""What `value.name` is, for every kind of value."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.classes import is_optimizer
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.keras_names import (
    DESCRIBING_ATTRIBUTES,
    KERAS_METHODS,
    OF_OPTIMIZERS,
    OTHER_LISTS,
    VARIABLE_LISTS,
)
from gradcheck.facts.domain.values import (
    NONE,
    UNTRACKED_CONSTANT,
    Choice,
    ClassRef,
    Constant,
    Data,
    External,
    Function,
    Gradients,
    Held,
    Instance,
    Layer,
    Lazy,
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
    is_input_layer,
    used,
)
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.array_shapes import shape
from gradcheck.facts.interpreter.transfer.chains import chained, result_of
from gradcheck.facts.interpreter.transfer.imports import from_star
from gradcheck.facts.interpreter.transfer.inherited_reads import READS
from gradcheck.facts.interpreter.transfer.known_numbers import NUMBERS
from gradcheck.facts.interpreter.transfer.layers import LAYER_WEIGHTS
from gradcheck.facts.interpreter.transfer.made_names import made_name
from gradcheck.facts.interpreter.transfer.model_ends import connect, end
from gradcheck.facts.interpreter.transfer.new_weights import born
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Phase
from gradcheck.source.names import canonical

DIFFERENTIABLE = frozenset({"T", "mT", "real", "imag", "values", "flat_values", "H"})

OF_LAYERS = frozenset({"add_weight", "add_variable", "add_loss"})
"""What only layers can do: an object of an unknown class that does it is one."""

ACTIVATIONS = frozenset({"activation", "recurrent_activation"})

BINDING = "function.__get__()"
"""What binds a function to an object, as a partial call of it."""
BUILDERS = frozenset({"property", "property.getter", "functools.cached_property", "builtins.property"})


def attribute(machine: Machine, value: Value, name: str, node: ast.expr) -> Value:
    """The value of `value.name`."""
    _note_reader(machine, value, node)
    match value:
        case External():
            whole = canonical(f"{value.name}.{name}")
            return NUMBERS.get(whole) or External(whole)
        case Instance():
            return _of_instance(machine, value, name, node)
        case Tensor() | WeightRef() | Gradients():
            return _of_numbers(machine, value, name, node)
        case Data():
            return value
        case Opaque():
            return _of_opaque(machine, value, name, node)
        case Layer():
            return _of_layer(machine, value, name, node)
        case Held():
            return _of_held(machine, value, name, node)
        case Choice():
            return machine.join([attribute(machine, option, name, node) for option in some(value)], node)
        case Super():
            return _of_super(machine, value, name, node)
        case ClassRef():
            return _of_class(value, name)
        case Function():
            return _of_function(value, name)
        case Mapping() if value.kind == "namespace":
            return _of_module(machine, value, name)
        case Method(receiver=Instance() | Layer() | Super()):
            # An attribute that a library base class set: the optimizer, a tracker.
            return attribute(machine, Opaque(label=value.name), name, node)
        case Sequence() if value.kind == "namedtuple":
            return _of_record(machine, value, name, node)
        case Sequence() | Mapping() | Variables() | Tape() | Zip() | Constant() | Method():
            return Method(value, name, machine.site(node))
    return Opaque(reason=Reason.ATTRIBUTE)


def _of_function(value: Function, name: str) -> Value:
    if name in ("__wrapped__", "__call__", "__func__", "python_function", "get_concrete_function"):
        return value
    if name == "__get__":
        return Partial(External(BINDING), (value,), ())
    return value.bound or Opaque() if name == "__self__" else Opaque()


def _note_reader(machine: Machine, value: Value, node: ast.expr) -> None:
    """Remember whose attribute an expression reads."""
    if isinstance(node, ast.Attribute) and not isinstance(value, Choice):
        seen = machine.log.readers.setdefault(node, set())
        if isinstance(value, Instance):
            seen.update(id(model.node) for model in value.model.lineage())
        elif isinstance(value, (Opaque, Method, Super)):
            seen.add(0)


def some(value: Choice) -> tuple[Value, ...]:
    """What a value may be where it is more than None: None has no attribute to speak of, and no items."""
    return tuple(one for one in value.options if one is not NONE) or value.options


def _of_class(value: ClassRef, name: str) -> Value:
    member = value.model.find(name)
    if isinstance(member, Function) and "builtins.classmethod" in member.decorators:
        return member.bind(value)
    return member or Opaque(reason=Reason.ATTRIBUTE)


def _of_module(machine: Machine, value: Mapping, name: str) -> Value:
    """A name that a module defines, or a module inside a package."""
    if name not in value.entries:
        module = value.module
        inside = module is not None and module.path.endswith("__init__.py")
        found = machine.resolve(name, 1, module) if module is not None and inside else None
        brought = from_star(value.entries, name)
        made = None if brought or found else made_name(machine, value, name)
        value.entries[name] = brought or found or made or Opaque(label=name, reason=Reason.IMPORT)
    return used(value.entries[name])


def _of_record(machine: Machine, value: Sequence, name: str, node: ast.expr) -> Value:
    """A field of a named tuple; any of them where its names are not known."""
    if name in value.names:
        return value.items[value.names.index(name)]
    member = value.model.find(name) if value.model is not None else None
    if member is not None:
        return _bound(machine, member, value, node)
    if value.names:
        return Method(value, name, machine.site(node))
    return machine.join(value.items, node) if value.items else Opaque()


def _of_numbers(machine: Machine, value: Value, name: str, node: ast.expr) -> Value:
    if name == "shape":
        return shape(machine, value)
    if name in DESCRIBING_ATTRIBUTES:
        return UNTRACKED_CONSTANT
    if isinstance(value, WeightRef) and name in VARIABLE_LISTS:
        # A variable that TensorFlow Probability transforms lists the one below.
        return Sequence([value], kind="tuple")
    if name in DIFFERENTIABLE:
        result = machine.compute(node, [value])
        numpy = isinstance(value, Tensor) and value.numpy
        made = Tensor(result.node, symbolic=result.symbolic, numpy=numpy)
        return machine.noted(made, name, node, [(node, value)])
    return Method(value, name, machine.site(node))


def _of_opaque(machine: Machine, value: Opaque, name: str, node: ast.expr) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    if name in VARIABLE_LISTS:
        return _listed(machine, value, name, node)
    if name in DESCRIBING_ATTRIBUTES:
        return UNTRACKED_CONSTANT
    if value.node is not None and name == "losses":
        return Sequence([Tensor(value.node)], many=True)
    return end(machine, value, name, node) or Method(value, name, machine.site(node))


def _listed(machine: Machine, owner: Value, name: str, node: ast.expr) -> Variables:
    if isinstance(owner, Opaque) and owner.node is None:
        stands_for_model(machine, owner)
    listed = Variables((owner,), machine.site(node))
    if isinstance(owner, (Instance, Layer)):
        machine.happened(Did.LIST, owner, node, name)
        if machine.frame.phase is Phase.CONSTRUCT and machine.scope.names.get("self") is owner:
            machine.log.listed_halfway.append((listed, len(machine.graph.outgoing)))
        if not owner.called and not _in_use(owner):
            machine.log.listed_early.append(listed)
    return listed


def _in_use(owner: Instance | Layer) -> bool:
    """Whether some part of a model was called already, by itself."""
    inside = owner.attributes.values() if isinstance(owner, Instance) else owner.parts
    held = (one for part in list(inside) if not isinstance(part, Lazy) for one in flatten(part))
    return any(isinstance(one, (Instance, Layer)) and bool(one.called) for one in held)


def stands_for_model(machine: Machine, owner: Opaque) -> int:
    """The node that stands for the weights of a model of which nothing else is known."""
    if owner.node is None:
        owner.node = machine.graph.node()
        machine.graph.stand_ins.add(owner.node)
    return owner.node


def _of_instance(machine: Machine, value: Instance, name: str, node: ast.expr) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    member = value.model.find(name)
    if member is not None:
        return _bound(machine, member, value, node)
    if name in VARIABLE_LISTS:
        return _listed(machine, value, name, node)
    if name == "losses":
        return _losses(machine, value)
    if name == "__class__":
        return ClassRef(value.model)
    if name in ("layers", "submodules", "_layers"):
        return Sequence(
            [
                held
                for part in value.attributes.values()
                for held in flatten(part)
                if isinstance(held, (Layer, Instance))
            ],
            many=True,
        )
    if name in OTHER_LISTS or name in DESCRIBING_ATTRIBUTES:
        return UNTRACKED_CONSTANT
    if name == "__dict__":
        return Mapping(value.attributes, attributes_of=value)
    if value.model.find("__getattr__") is not None:
        return Opaque(reason=Reason.ATTRIBUTE)
    if is_optimizer(value.model) and name in OF_OPTIMIZERS:
        return Method(value, name, machine.site(node))
    if value.model.open and name not in OF_LAYERS:
        return Opaque(reason=Reason.BASE)
    if value.model.keeps_more and name not in KERAS_METHODS:
        return value.attributes.setdefault(name, _set_by_base(machine, value, name, node))
    return Method(value, name, machine.site(node))


def _set_by_base(machine: Machine, value: Instance, name: str, node: ast.expr) -> Value:
    """A library base class sets attributes of its own: a wrapper its layer, a cell its units, and what it was
    constructed with."""
    given = value.given.get(name)
    if name in ACTIVATIONS:
        return machine.invoke(External("keras.activations.get"), [given or Opaque()], node)
    known = any(name in READS.get(library, "").split() for library in value.model.libraries)
    return given or Opaque(label=f"self.{name}", reason=None if known else Reason.BASE)


def _bound(machine: Machine, member: Value, value: Instance | Sequence, node: ast.expr) -> Value:
    if not isinstance(member, Function):
        return member
    if "builtins.staticmethod" in member.decorators:
        return member
    if "builtins.classmethod" in member.decorators and value.model is not None:
        return member.bind(ClassRef(value.model))
    function = member.bind(value)
    if "functools.cached_property" in member.decorators and isinstance(value, Instance):
        return _cached(machine, function, value, node)
    if BUILDERS & set(member.decorators):
        return machine.invoke(function, [], node)
    return function


def _cached(machine: Machine, function: Function, value: Instance, node: ast.expr) -> Value:
    """A cached property is computed on its first use, before the steps that count, and never again."""
    name = getattr(function.node, "name", "")
    frame = Frame(function.module, f"{name}, a cached property", Phase.BUILD, machine.frame)
    with machine.once(frame):
        value.attributes[name] = machine.invoke(function, [], node)
    return value.attributes[name]


def _losses(machine: Machine, owner: Value) -> Sequence:
    node = machine.graph.node()
    machine.log.late_losses.append((owner, node))
    return Sequence([Tensor(node)], many=True)


def _of_super(machine: Machine, value: Super, name: str, node: ast.expr) -> Value:
    member = value.bound.model.find(name, after=value.after)
    if member is not None:
        return _bound(machine, member, value.bound, node)
    return Method(value, name, machine.site(node))


def _of_layer(machine: Machine, value: Layer, name: str, node: ast.expr) -> Value:
    if name in value.options:
        return value.options[name]
    if name in LAYER_WEIGHTS and value.births:
        birth = born(machine, value.site, f"{value.label or value.name}.{name}", owner=value, part=name)
        value.births.append(birth)
        value.options[name] = WeightRef(birth)
        return value.options[name]
    if name in VARIABLE_LISTS:
        return _listed(machine, value, name, node)
    if name == "losses":
        return _losses(machine, value)
    if (found := end(machine, value, name, node)) is not None:
        return found
    if name in ("output", "outputs") and value.outputs is not None:
        return value.outputs
    if name in ("input", "inputs") and value.inputs is not None:
        return value.inputs
    if name == "output":
        connect(machine, value.owner, node)
        if (result := result_of(machine, value)) is not None:
            return result
    if name in ("layer", "cell", "forward_layer") and value.parts:
        return value.parts[0]
    if name in ("layers", "cells"):
        # The placeholder that a chain begins with is none of its layers.
        parts = [part for part in value.parts if not is_input_layer(part)] or chained(machine, value)
        return Sequence(parts or [Opaque(part_of=value)], many=not parts)
    if name in OTHER_LISTS or name in DESCRIBING_ATTRIBUTES:
        return UNTRACKED_CONSTANT
    return Method(value, name, machine.site(node))


def _lists_what_it_holds(value: Held) -> bool:
    """Whether all variables that a distribution lists are known: those among what it was made of. It looks
    into no function, and a tensor is no variable, whatever it comes from."""
    given = flatten(Sequence([*value.arguments[0], *value.arguments[1].values()]))
    return value.made in ("distribution", "bijector") and all(
        isinstance(one, (Constant, WeightRef, Function))
        or (isinstance(one, Tensor) and not one.unknown)
        or (isinstance(one, Held) and (one.made == "tensor" or _lists_what_it_holds(one)))
        for one in given
    )


_PARAMETERS = frozenset(
    {
        "loc",
        "scale",
        "logits",
        "probs",
        "rate",
        "concentration",
        "df",
        "distribution",
        "amplitude",
        "length_scale",
        "scale_tril",
        "scale_diag",
    }
)


def _of_held(machine: Machine, value: Held, name: str, node: ast.expr) -> Value:
    given = value.arguments[1].get(name)
    if given is not None and not isinstance(given, WeightRef):
        return given
    if name in _PARAMETERS:
        return machine.compute(node, [value])
    if name in VARIABLE_LISTS:
        known = _lists_what_it_holds(value)
        return Variables((value,), machine.site(node)) if known else Opaque(node=value.node)
    if name in DESCRIBING_ATTRIBUTES or name in ("event_shape", "batch_shape", "reparameterization_type"):
        return UNTRACKED_CONSTANT
    return Method(value, name, machine.site(node))
