"""Helpers that create a weight and return something computed from it: made to return the weight itself."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.classes import Method, family, free_attribute, method_around
from gradcheck.fix.cst.layout import property_named
from gradcheck.fix.cst.places import behind
from gradcheck.fix.cst.reading import attribute, bound, read
from gradcheck.fix.cst.setup_lines import Line, creates, creations, line_of, lines_of, lucky
from gradcheck.fix.cst.tree import Replacement, Tree, changed
from gradcheck.fix.cst.unset import asked, prepared


def weights_returned(tree: Tree, node: cst.CSTNode) -> cst.Module | None:
    """`self.x = self.helper()`, where the helper returns `f(weight)`, keeps the weight: `x` is a property
    that computes `f` of it."""
    helper = method_around(tree, node)
    result = _result(tree, helper) if helper else None
    if helper is None or result is None:
        return None
    weight, value = result
    changes: dict[cst.CSTNode, Replacement] = {value: cst.Name(weight)}
    added: dict[cst.FunctionDef, list[cst.FunctionDef]] = {}
    for method, line in _callers(tree, helper):
        name = line.attributes[0] if len(line.attributes) == 1 and line.single else ""
        unset = prepared(tree, method, name, line.target) if name else None
        kept = free_attribute(tree, f"raw_{name.strip('_')}")
        if unset is None or not kept or method.name not in ("__init__", "build"):
            return None
        changes[line.target] = attribute(f"{method.this}.{kept}")
        changes |= {one: cst.RemoveFromParent() for one in unset}
        body = _computed(value, weight, method, kept)
        added.setdefault(method.function, []).append(property_named(name, method.this, [body], _bare(line)))
    changes |= {function: behind(*made) for function, made in added.items()}
    return tree.change(changes) if added else None


def _result(tree: Tree, helper: Method) -> tuple[str, cst.BaseExpression] | None:
    """The local that holds the weight, and what is returned, if that needs nothing else of the helper."""
    last = helper.function.body.body[-1]
    node = last.body[0] if isinstance(last, cst.SimpleStatementLine) else None
    value = node.value if isinstance(node, cst.Return) else None
    if value is None or creates(tree, value) or lucky(tree, value) or isinstance(value, cst.Name):
        return None
    lines = lines_of(helper.function, helper.this)
    local = {name: line for line in lines for name in line.names}
    needed = {one.value for one in read(value)} & ({*local} | bound(helper.function.params)) - {helper.this}
    weight = next(iter(needed), "") if len(needed) == 1 else ""
    made = local.get(weight)
    whole = made is not None and [made.value] == [*creations(tree, made.value)]
    own = any(isinstance(one, cst.Name) and one.value == helper.this for one in read(value))
    return (weight, value) if whole and not own else None


def _callers(tree: Tree, helper: Method) -> Iterator[tuple[Method, Line]]:
    """The lines that call the helper; a line of another kind stands for a refusal."""
    related = family(tree, helper.owner)
    for node in tree.every(cst.Attribute):
        if node.attr.value == helper.name:
            method = method_around(tree, node)
            line = line_of(tree.statement(node), method.this) if method else None
            call = tree.parent(node)
            mine = method and method.owner in related and any(asked(tree, method, helper.name, node))
            if method and line and mine and line.value is call:
                yield method, line
            elif method:
                yield method, Line(cst.SimpleStatementLine([]), cst.Name("_"), cst.Name("_"), method.this)


def _computed(value: cst.BaseExpression, weight: str, method: Method, kept: str) -> cst.SimpleStatementLine:
    places: dict[cst.CSTNode, Replacement] = {
        one: attribute(f"{method.this}.{kept}") for one in read(value) if one.value == weight
    }
    return cst.SimpleStatementLine([cst.Return(changed(value, places))])


def _bare(line: Line) -> cst.SimpleStatementLine:
    """A line without comments: they stay where it is."""
    return cst.SimpleStatementLine(line.node.body)
