"""A method's assignments in a plainer form, in which what leads to an attribute is easier to follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from gradcheck.fix.cst.classes import Method, method_around
from gradcheck.fix.cst.expressions import fresh
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.reading import dotted, read
from gradcheck.fix.cst.setup_lines import line_of, lines_of
from gradcheck.fix.cst.tree import Replacement, Tree


def plainer(tree: Tree, node: cst.CSTNode) -> tuple[Tree, cst.CSTNode] | None:
    """The text in such a form, and the line there that a node stands on; None if there is nothing to do."""
    method = method_around(tree, node)
    statement = tree.statement(node)
    if method is None or statement is None:
        return None
    attribute = _attribute(method, statement)
    changes = {
        **dict(_split(tree, method, _needed(method, statement))),
        **dict(_in_a_local(tree, method, attribute)),
    }
    if not changes:
        return None
    after = Tree(tree.change(changes).code)
    same = (one for one in _methods(after) if _same(one, method))
    lines = (line for one in same for line in lines_of(one.function, one.this))
    found = [line for line in lines if line.attributes == (attribute,)]
    return (after, found[-1].node) if found else None


def _methods(tree: Tree) -> Iterator[Method]:
    for function in tree.every(cst.FunctionDef):
        method = method_around(tree, function.body)
        if method:
            yield method


def _same(one: Method, other: Method) -> bool:
    return one.name == other.name and one.owner.name.value == other.owner.name.value


def _attribute(method: Method, statement: cst.CSTNode) -> str:
    """The attribute that a line writes."""
    line = line_of(statement, method.this)
    if line and len(line.attributes) == 1:
        return line.attributes[0]
    step = _augmented(statement)
    owner, _, name = dotted(step[0]).partition(".") if step else ("", "", "")
    return name if owner == method.this else ""


def _needed(method: Method, statement: cst.CSTNode) -> frozenset[str]:
    """The names that a statement's value comes from."""
    needed = {name.value for name in read(statement)}
    for line in reversed(lines_of(method.function, method.this)):
        if line.names & needed:
            needed |= {name.value for name in read(line.value)}
    return frozenset(needed)


def _split(tree: Tree, method: Method, needed: frozenset[str]) -> Iterator[tuple[cst.CSTNode, Replacement]]:
    """`self.w = w = ...` as `self.w = ...` and `w = self.w`."""
    for statement in method.function.body.body:
        node = single(statement)
        if isinstance(node, cst.Assign) and len(node.targets) == 2:
            words = sorted(node.targets, key=lambda one: not isinstance(one.target, cst.Name))
            name, own = words[0].target, words[1].target
            if (
                isinstance(name, cst.Name)
                and name.value in needed
                and dotted(own).partition(".")[0] == method.this
            ):
                first = f"{dotted(own)} = {tree.code(node.value)}"
                made = [*tree.statements(first), *tree.statements(f"{name.value} = {dotted(own)}")]
                yield statement, _lines(made, statement)


def _in_a_local(tree: Tree, method: Method, attribute: str) -> Iterator[tuple[cst.CSTNode, Replacement]]:
    """An attribute that is written in several steps is written once, from a local that takes the steps."""
    steps = [one for one in method.function.body.body if attribute and _attribute(method, one) == attribute]
    local = fresh(tree, method.function, attribute.strip("_"), f"new_{attribute.strip('_')}")
    reads = _between(tree, method, attribute, steps)
    if len(steps) < 2 or local is None or reads is None:
        return
    for number, statement in enumerate(steps):
        code = f"{local} = {_value(tree, statement, reads, local)}\n"
        if number == len(steps) - 1:
            code += f"{method.this}.{attribute} = {local}\n"
        yield statement, _lines([*tree.statements(code)], statement)


def _between(
    tree: Tree, method: Method, attribute: str, steps: Sequence[cst.CSTNode]
) -> list[cst.Attribute] | None:
    """Where the steps read the attribute; None if anything else in the method does."""
    own = f"{method.this}.{attribute}"
    inside = [one for step in steps for one in tree.every(cst.Attribute, step) if dotted(one) == own]
    all_of_them = [one for one in tree.every(cst.Attribute, method.function) if dotted(one) == own]
    return inside if len(inside) == len(all_of_them) else None


def _value(tree: Tree, statement: cst.CSTNode, reads: Sequence[cst.Attribute], local: str) -> str:
    changes: dict[cst.CSTNode, Replacement] = {one: cst.Name(local) for one in reads}
    augmented = _augmented(statement)
    if augmented is None:
        line = line_of(statement, "")
        return tree.code(line.value, changes) if line else ""
    _, operator, value = augmented
    code = tree.code(value, changes)
    simple = isinstance(value, cst.Name | cst.Attribute | cst.Call | cst.BaseNumber) or value.lpar
    return f"{local} {operator} {code if simple else f'({code})'}"


def _augmented(
    statement: cst.CSTNode,
) -> tuple[cst.BaseExpression, str, cst.BaseExpression] | None:
    """The target, operator and value of `x += value`."""
    node = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    if not isinstance(node, cst.AugAssign) or not isinstance(node.target, cst.Attribute):
        return None
    sign = cst.Module([]).code_for_node(node.operator).strip().removesuffix("=")
    return node.target, sign, node.value


def _lines(made: Sequence[cst.CSTNode], old: cst.CSTNode) -> cst.FlattenSentinel[cst.CSTNode]:
    above = getattr(old, "leading_lines", [])
    return cst.FlattenSentinel([made[0].with_changes(leading_lines=above), *made[1:]])
