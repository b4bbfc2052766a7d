"""What making an object does whose class lists its fields: of a dataclass, or of an attrs class."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import ClassModel
from gradcheck.facts.domain.values import Held, Instance, Opaque, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.assignment import label

_KEPT_BY_KERAS = frozenset({"inputs", "outputs", "name", "trainable", "dtype"})
_FACTORIES = ("default_factory", "factory")
FIELDS = ("dataclasses.field", "attrs.field", "attr.field", "attr.ib")
"""What describes a field in the body of such a class."""
NAMESPACES = ("types.SimpleNamespace", "argparse.Namespace")
"""What makes an object of the attributes that it is given."""


def described_field(machine: Machine, name: str, arguments: Arguments) -> Value:
    """What `field(...)` puts into the body of a class: the default, or what makes one for each object."""
    given = {word: value for word, _, value in arguments.keywords}
    if "default" in given:
        return given["default"]
    if not any(word in given for word in _FACTORIES):
        return Opaque()
    return Held(name, machine.graph.node(), "field", machine.site(arguments.node), ([], given))


def keep_fields(machine: Machine, instance: Instance, arguments: Arguments) -> None:
    """Keep what an object's constructor is given as its fields, and make those that it is not given."""
    names = _fields(instance.model)
    for name, (_, value) in zip(names, arguments.positional, strict=False):
        instance.attributes[name] = value
    for word, _, value in arguments.keywords:
        if not (instance.model.callable_layer and word in _KEPT_BY_KERAS):
            instance.attributes[word] = value
    for name in names:
        if name not in instance.attributes and (factory := _factory(instance.model, name)) is not None:
            made = machine.invoke(factory, [], arguments.node)
            label(made, f"self.{name}")
            instance.attributes[name] = made


def namespace(machine: Machine, name: str, arguments: Arguments) -> Value:
    """What `SimpleNamespace(...)` makes: an object of plain Python with these attributes."""
    written = ast.ClassDef(name.rpartition(".")[2], bases=[], keywords=[], body=[], decorator_list=[])
    node = ast.copy_location(written, arguments.node)
    model = ClassModel(node.name, node, machine.frame.module, machine.scope)
    made = Instance(model, machine.site(arguments.node))
    made.attributes.update({word: value for word, _, value in arguments.keywords})
    return made


def _fields(model: ClassModel) -> list[str]:
    """The fields in the order in which a constructor takes them: those of the base classes first."""
    names = (
        item.target.id
        for one in reversed(model.lineage())
        for item in one.node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    )
    return list(dict.fromkeys(names))


def _factory(model: ClassModel, name: str) -> Value | None:
    described = model.find(name)
    if not isinstance(described, Held) or described.name not in FIELDS:
        return None
    return next((described.arguments[1][word] for word in _FACTORIES if word in described.arguments[1]), None)
