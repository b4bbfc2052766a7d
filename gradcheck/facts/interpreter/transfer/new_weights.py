"""Births: the places where a program creates a weight."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Choice, Constant, External, Opaque, Value, plain
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import WEIGHT, Operation

ADDERS = frozenset({"add_weight", "add_variable"})
"""Methods that create a weight, in each Keras and in classes that write their own."""

INTEGERS = ("int", "uint", "bool")


def born(machine: Machine, site: Site, name: str, *, owner: Value | None = None, part: str = "") -> Birth:
    """A new weight. With `part`, one named weight of a library layer (`kernel`), told apart from the
    others."""
    birth = Birth(
        machine.graph.node(), site, name, label=name if part else "", owner=owner, of_layer=owner is not None
    )
    birth.part = part
    machine.log.births.append(birth)
    return birth


def created(
    machine: Machine,
    arguments: Arguments,
    *,
    owner: Value | None,
    bare: bool,
    name_at: int | None,
    initial: Value | None,
) -> Birth:
    """The weight that `add_weight(...)`, `tf.Variable(...)` or `keras.Variable(...)` creates."""
    birth = Birth(
        machine.graph.node(),
        _asked_for(machine.site(arguments.node)),
        name=_text(arguments, name_at),
        label="",
        trainable=truth(arguments.get("trainable"), default=True),
        bare=bare,
        integer=_integer(arguments, initial),
        regularized=_given(arguments.get("regularizer")),
        owner=owner,
    )
    machine.log.births.append(birth)
    machine.operations[birth.node] = Operation(WEIGHT, arguments, birth.site)
    return birth


def _asked_for(site: Site) -> Site:
    """Where somebody asks for the weight: outside of an `add_weight` that hands on to another one."""
    while (function := site.frame.function) is not None and site.frame.outer is not None:
        if getattr(function.node, "name", "") not in ADDERS or not isinstance(site.frame.call, ast.Call):
            break
        site = Site(site.frame.call, site.frame.outer)
    return site


def truth(value: Value | None, *, default: bool | None) -> bool | None:
    """A flag's value: True, False, or None when it is not known."""
    if value is None:
        return default
    if isinstance(value, Opaque):
        return truth(value.default, default=None) or None
    if isinstance(value, Constant) and value.known:
        return default if value.value is None else bool(value.value)
    return None


def _text(arguments: Arguments, position: int | None) -> str:
    value = arguments.get("name", position)
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else ""


def _given(value: Value | None) -> bool:
    """Whether an option is set whatever the caller says; one that is None unless somebody asks is not."""
    match value:
        case None:
            return False
        case Constant():
            return not (value.known and value.value is None)
        case Choice():
            return all(_given(one) for one in value.options)
        case Opaque() if value.default is not None:
            return _given(value.default)
    return True


def _integer(arguments: Arguments, initial: Value | None) -> bool:
    dtype = arguments.get("dtype")
    if dtype is not None:
        return is_integer_type(dtype)
    return type(plain(initial)) in (int, bool)


def is_integer_type(value: Value | None) -> bool:
    """Whether a value certainly names an integer or bool data type."""
    if isinstance(value, Constant) and isinstance(value.value, str):
        return value.value.startswith(INTEGERS)
    if isinstance(value, External):
        return value.name.rpartition(".")[2].startswith(INTEGERS)
    return False
