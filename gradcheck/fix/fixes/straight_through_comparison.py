"""Let the gradient of a comparison be that of a sigmoid of the difference; its value stays what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import libcst as cst

from gradcheck.fix.cst.bindings import only_reader, readers
from gradcheck.fix.cst.estimator import sibling, soft_name, with_soft
from gradcheck.fix.cst.expressions import argument, atom, bare, fresh, plain
from gradcheck.fix.cst.functions import CASTS, HOMES, WHERES
from gradcheck.fix.cst.lines import function_of, line_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Changes, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NO_GRADIENT, Kind.INTEGER_CAST, Kind.ZERO_SLOPE),
    title="Compare straight through: the comparison forwards, a sigmoid backwards",
    safe=False,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A comparison that is cast to a number, or that `where` chooses by."""
    for kind in (cst.Comparison, cst.Call):
        node = tree.find(finding.location, kind, lambda one: _sides(tree, one) is not None)
        sides = _sides(tree, node) if node else None
        if node is not None and sides is not None:
            return _mended(tree, node, *sides)
    return None


@dataclass(frozen=True)
class _Parts:
    """The text that a repaired comparison is made of."""

    stop: str
    sigmoid: str
    cast: str
    soft: str
    gate: str


def _mended(
    tree: Tree, node: cst.BaseExpression, high: cst.BaseExpression, low: cst.BaseExpression
) -> cst.Module | None:
    mask = _mask(tree, node)
    condition = node if mask else only_reader(tree, node)
    user = mask[0] if mask else tree.enclosing(condition, cst.Call)
    parts = _parts(tree, user, node if mask else user) if user else None
    named = _named(tree, node, (high, low))
    if user is None or parts is None or named is None:
        return None
    if mask is None and line_of(tree, user) is not line_of(tree, node) and not (plain(high) and plain(low)):
        return None
    before = {name: bare(tree, one) for one, name in named.items()}
    before[parts.soft] = f"{parts.sigmoid}({_margin(tree, named, high, low)})"
    renamed: Changes = {one: cst.Name(name) for one, name in named.items()}
    if mask is None and _casts(tree, user, condition):
        return with_soft(tree, user, before, _estimator(parts, tree.code(user, renamed)))
    estimator = _estimator(parts, f"{parts.cast}({tree.code(condition, renamed)}, {parts.soft}.dtype)")
    if mask is not None:
        return with_soft(tree, node, before, estimator)
    if not _chooses(tree, user, condition):
        return None
    blend = _blend(tree, parts.gate, user.args[1].value, user.args[2].value)
    return with_soft(tree, user, {**before, parts.gate: estimator}, blend)


def _margin(
    tree: Tree,
    named: Mapping[cst.BaseExpression, str],
    high: cst.BaseExpression,
    low: cst.BaseExpression,
) -> str:
    """By how much the comparison holds."""
    left, right = named.get(high) or atom(tree, high), named.get(low) or atom(tree, low)
    return left if right in _ZEROS else f"{left} - {right}"


def _mask(tree: Tree, node: cst.BaseExpression) -> list[cst.Call] | None:
    """The casts that read a comparison by its name, where it is read more than once and only so."""
    found = readers(tree, node) or []
    casts = [call for one in found if (call := tree.enclosing(one, cst.Call)) and _casts(tree, call, one)]
    return casts if len(casts) == len(found) > 1 else None


_ZEROS = ("0", "0.0", "0.")
_GREATER = ("greater", "greater_equal")
_LESS = ("less", "less_equal")


def _sides(tree: Tree, node: cst.BaseExpression) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """What has to be greater, and than what, for the comparison to hold."""
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        operator, other = node.comparisons[0].operator, node.comparisons[0].comparator
        if isinstance(operator, cst.GreaterThan | cst.GreaterThanEqual):
            return node.left, other
        if isinstance(operator, cst.LessThan | cst.LessThanEqual):
            return other, node.left
    if isinstance(node, cst.Call):
        home, _, word = names(tree).called(node).rpartition(".")
        one, other_side = argument(node, 0, "x", "x1"), argument(node, 1, "y", "x2")
        if home in HOMES and word in (*_GREATER, *_LESS) and one and other_side:
            return (one, other_side) if word in _GREATER else (other_side, one)
    return None


def _parts(tree: Tree, user: cst.Call, hard: cst.BaseExpression) -> _Parts | None:
    called = names(tree).called(user)
    stop, sigmoid, cast = (sibling(tree, called, word) for word in ("stop_gradient", "sigmoid", "cast"))
    soft = soft_name(tree, hard)
    gate = fresh(tree, function_of(tree, user), "gate", "hard_gate", "chosen")
    return _Parts(stop, sigmoid, cast, soft, gate) if stop and sigmoid and cast and soft and gate else None


def _named(
    tree: Tree, node: cst.CSTNode, sides: tuple[cst.BaseExpression, ...]
) -> Mapping[cst.BaseExpression, str] | None:
    """Names for the sides that must not be computed twice; None where there is no free one."""
    found: dict[cst.BaseExpression, str] = {}
    for side in sides:
        if any(isinstance(one, cst.Call) for one in tree.every(cst.Call, side)):
            last = side.func if isinstance(side, cst.Call) else None
            word = last.attr.value if isinstance(last, cst.Attribute) else "margin"
            name = fresh(
                tree,
                function_of(tree, node),
                *(one for one in (word, f"{word}_value") if one not in found.values()),
            )
            if name is None:
                return None
            found[side] = name
    return found


def _casts(tree: Tree, user: cst.Call, condition: cst.BaseExpression) -> bool:
    dtype = argument(user, 1, "dtype")
    if names(tree).called(user) not in CASTS or argument(user, 0, "x") is not condition or dtype is None:
        return False
    word = dtype.attr.value if isinstance(dtype, cst.Attribute) else tree.code(dtype).strip("'\"")
    return not word.startswith(("int", "uint", "bool"))


def _chooses(tree: Tree, user: cst.Call, condition: cst.BaseExpression) -> bool:
    plain_call = len(user.args) == 3 and not any(one.keyword or one.star for one in user.args)
    return names(tree).called(user) in WHERES and plain_call and user.args[0].value is condition


def _estimator(parts: _Parts, hard: str) -> str:
    return f"{parts.soft} + {parts.stop}({hard} - {parts.soft})"


def _blend(tree: Tree, gate: str, yes: cst.BaseExpression, no: cst.BaseExpression) -> str:
    """`gate * yes + (1 - gate) * no`, as short as it can be said."""
    one, other = _number(tree, yes), _number(tree, no)
    if one is not None and other is not None:
        scaled = gate if one - other == 1 else f"{one - other} * {gate}"
        return scaled if other == 0 else f"{scaled} {'+' if other > 0 else '-'} {abs(other)}"
    if other == 0:
        return f"{gate} * {atom(tree, yes)}"
    if one == 0:
        return f"(1.0 - {gate}) * {atom(tree, no)}"
    return f"{gate} * {atom(tree, yes)} + (1.0 - {gate}) * {atom(tree, no)}"


_FILLED = {"zeros": 0.0, "zeros_like": 0.0, "ones": 1.0, "ones_like": 1.0}


def _number(tree: Tree, node: cst.BaseExpression) -> float | None:
    """The number that an expression is everywhere, as far as it is plain to see."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        value = _number(tree, node.expression)
        return None if value is None else -value
    made = names(tree).called(node).rpartition(".")[2]
    if made in _FILLED:
        return _FILLED[made]
    try:
        return float(tree.code(node))
    except ValueError:
        return None
