"""What a program names by a text: `getattr`, `setattr`, `eval`."""

from __future__ import annotations

import ast
import re
from keyword import iskeyword

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import (
    UNTRACKED_CONSTANT,
    Constant,
    External,
    Instance,
    Opaque,
    Sequence,
    Value,
    plain,
)
from gradcheck.facts.effects.row import effect
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.assignment import pattern_of, set_attribute
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.report.fate import Reason

NUMBERS = ("2", "1", "3")
"""How many dimensions the classes of a library are for that have a number in their names."""

MOST_FITTING = 8
"""Of how many attributes, one may be meant by a name that is put together."""


def get_attributes(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`vars(self)`."""
    values = arguments.values()
    return attribute(machine, values[0], "__dict__", arguments.node) if values else Opaque()


def get_attribute_by_name(machine: Machine, name: str, arguments: Arguments) -> Value:
    values = arguments.values()
    if len(values) < 2:
        return Opaque()
    if isinstance(word := plain(values[1]), str):
        return attribute(machine, values[0], word, arguments.node)
    return _looked_up(machine, values[0], values[1], arguments)


def _looked_up(machine: Machine, owner: Value, word: Value, arguments: Arguments) -> Value:
    """An attribute whose name is not known, or only in part: any that fits."""
    if isinstance(owner, External) and (numbered := _numbered(owner, word)) is not None:
        return numbered
    pattern = pattern_of(word)
    if isinstance(owner, Instance) and pattern is not None:
        fitting = [one for name, kept in [*owner.attributes.items()] for one in _kept(name, kept, pattern)]
        named = [name for name in _members(owner) if pattern.fullmatch(name)]
        fitting += [attribute(machine, owner, name, arguments.node) for name in named]
        if 0 < len(fitting) <= MOST_FITTING:
            return machine.join(fitting, arguments.node)
    machine.escape(owner, arguments.node, Reason.ATTRIBUTE)
    return Opaque(reason=Reason.ATTRIBUTE)


def _numbered(owner: External, word: Value) -> External | None:
    """`getattr(layers, f"Conv{n}D")`: one of a library's classes with a number in their names, which are all
    alike."""
    text = word.value if isinstance(word, Constant) and isinstance(word.value, str) else ""
    parts = re.split(r"\{[^{}]*\}", text)
    names = [f"{owner.name}.{number.join(parts)}" for number in NUMBERS] if len(parts) == 2 else []
    return next((External(name) for name in names if effect(name) is not None), None)


def _kept(name: str, value: Value, pattern: re.Pattern[str]) -> list[Value]:
    """What an attribute holds, or all attributes that were set under one formatted name."""
    if not pattern.fullmatch(name):
        return []
    return value.items if "{" in name and isinstance(value, Sequence) else [value]


def _members(owner: Instance) -> list[str]:
    return [name for model in owner.model.lineage() for name in model.members]


def set_attribute_by_name(machine: Machine, name: str, arguments: Arguments) -> Value:
    values = arguments.values()
    if len(values) == 3:
        set_attribute(machine, arguments.node, *values)
    return UNTRACKED_CONSTANT


def set_attribute_of_object(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`object.__setattr__(self, ...)`: the attribute is there, and the class of `self` never heard of it."""
    values = arguments.values()
    owner, word = (values[0], values[1]) if len(values) == 3 else (None, None)
    result = set_attribute_by_name(machine, name, arguments)
    if isinstance(owner, Instance) and isinstance(word, Constant) and word.known:
        owner.hidden.add(str(word.value))
    return result


def evaluate_text(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`eval("ReLU")` is what goes by that name; more than a name is not read."""
    given = flatten(arguments.positional[0][1]) if arguments.positional else ()
    texts = [plain(one) for one in given]
    if not texts or not all(isinstance(text, str) and _is_name(text) for text in texts):
        return machine.unknown(arguments.node, arguments.values())
    return machine.join([_by_name(machine, text, arguments.node) for text in texts], arguments.node)


def _is_name(text: str) -> bool:
    return all(part.isidentifier() and not iskeyword(part) for part in text.split("."))


def _by_name(machine: Machine, text: str, node: ast.expr) -> Value:
    first, *rest = text.split(".")
    expression: ast.expr = ast.copy_location(ast.Name(first, ast.Load()), node)
    for name in rest:
        expression = ast.copy_location(ast.Attribute(expression, name, ast.Load()), node)
    return machine.eval(expression)
