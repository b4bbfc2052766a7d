"""Give a weight that is meant to train a floating point type."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.calls import is_method, with_argument
from gradcheck.fix.cst.expressions import argument, keywords_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__, kinds=(Kind.INTEGER_WEIGHT,), title="Make the weight a floating point number", safe=False
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """An integer `dtype=` becomes float32, and integers that are written out get a decimal point."""
    births = (finding.location, *(weight.birth for weight in finding.weights))
    made = next((call for spot in births if (call := tree.find(spot, cst.Call, _makes_weight))), None)
    if made is None:
        return None
    dtypes = _dtypes(tree, made)
    value = argument(made, 0, "initial_value", "initializer") if not is_method(made, "add_weight") else None
    numbers = _numbers(value) if value is not None else {}
    if not dtypes and not numbers and value is not None:
        return _with_dtype(tree, made)
    changes: dict[cst.CSTNode, Replacement] = {**dtypes, **numbers}
    return tree.change(changes) if changes else None


_INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "int")


def _makes_weight(call: cst.Call) -> bool:
    last = call.func.attr.value if isinstance(call.func, cst.Attribute) else getattr(call.func, "value", "")
    return last in ("add_weight", "Variable")


def _dtypes(tree: Tree, made: cst.Call) -> Mapping[cst.CSTNode, cst.CSTNode]:
    """Every integer type that the call names, and the float type in the same spelling."""
    found: dict[cst.CSTNode, cst.CSTNode] = {}
    for argument_ in (one for call in tree.every(cst.Call, made) for one in call.args):
        node = argument_.value
        if (
            m.matches(node, m.SimpleString())
            and cst.ensure_type(node, cst.SimpleString).raw_value in _INTEGERS
        ):
            quote = cst.ensure_type(node, cst.SimpleString).quote
            if argument_.keyword is not None and argument_.keyword.value == "dtype":
                found[node] = cst.SimpleString(f"{quote}float32{quote}")
        elif isinstance(node, cst.Attribute) and names(tree).dotted(node).partition(".")[2] in _INTEGERS:
            found[node] = node.with_changes(attr=cst.Name("float32"))
    return found


def _numbers(value: cst.BaseExpression) -> Mapping[cst.CSTNode, cst.CSTNode]:
    """The integers that a value is written with, each with a decimal point."""
    if isinstance(value, cst.Integer):
        return {value: cst.Float(f"{value.value}.0")} if value.value.isdigit() else {}
    if isinstance(value, cst.UnaryOperation):
        return _numbers(value.expression)
    if isinstance(value, cst.List | cst.Tuple):
        inside = [_numbers(element.value) for element in value.elements]
        return {old: new for one in inside for old, new in one.items()} if all(inside) else {}
    return {}


def _with_dtype(tree: Tree, made: cst.Call) -> cst.Module | None:
    """A variable whose initial value has the type in it is told its own."""
    spelled = names(tree).spell("tf.float32")
    if spelled is None or "dtype" in keywords_of(made):
        return None
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    given = cst.Arg(tree.expression(spelled), cst.Name("dtype"), equal=tight)
    return tree.change({made: with_argument(made, given)})
