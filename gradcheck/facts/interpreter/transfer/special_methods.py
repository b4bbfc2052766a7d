"""What objects of the user's make of operators, indices, loops and `with`, and what they surely cannot do."""

from __future__ import annotations

import ast
from collections.abc import Sequence as Items

from gradcheck.facts.domain.values import Instance, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.attributes import attribute

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
}
SIGNS: dict[type[ast.AST], str] = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}


OF_CONTAINERS = frozenset(
    {"keys", "items", "values", "_asdict", "_replace", "append", "extend", "index", "__getitem__"}
)
"""Methods of dicts, lists and records that no layer and no model has."""


def lacks(owner: Instance, name: str) -> bool:
    """Whether an object certainly has no method of this name, where its class writes none."""
    model = owner.model
    plain_layer = model.callable_layer and not model.open and not model.keeps_more
    return "*" not in owner.attributes and (model.whole or (plain_layer and name in OF_CONTAINERS))


def special(machine: Machine, value: Value, name: str, given: Items[Value], node: ast.expr) -> Value | None:
    """What an object's own method of this name returns; None where its class has none."""
    if not isinstance(value, Instance) or value.model.method(name) is None:
        return None
    return machine.invoke(attribute(machine, value, name, node), given, node)


def operated(
    machine: Machine, operator: ast.operator, left: Value, right: Value, node: ast.expr
) -> Value | None:
    """What the class of one of two operands makes of both."""
    if not isinstance(left, Instance) and not isinstance(right, Instance):
        return None
    word = OPERATORS.get(type(operator), "")
    made = special(machine, left, f"__{word}__", [right], node)
    return special(machine, right, f"__r{word}__", [left], node) if made is None else made
