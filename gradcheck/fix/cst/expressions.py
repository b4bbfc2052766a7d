"""Expressions as text that can be put elsewhere: what may be repeated, and where parentheses are needed."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.tree import Tree

_ATOMS = (
    cst.Name,
    cst.Attribute,
    cst.Call,
    cst.Subscript,
    cst.BaseNumber,
    cst.BaseString,
    cst.List,
    cst.Dict,
    cst.Set,
    cst.ListComp,
)
_OPERANDS = (
    cst.BinaryOperation,
    cst.UnaryOperation,
    cst.Comparison,
    cst.ComparisonTarget,
    cst.Attribute,
    cst.Await,
    cst.BooleanOperation,
    cst.StarredElement,
)


def plain(node: cst.CSTNode) -> bool:
    """Whether an expression may be written twice: a name, an attribute, a number, an item of one of them."""
    if isinstance(node, cst.Attribute):
        return plain(node.value)
    if isinstance(node, cst.Subscript):
        return plain(node.value) and all(_plain_index(element.slice) for element in node.slice)
    if isinstance(node, cst.UnaryOperation):
        return isinstance(node.expression, cst.BaseNumber)
    return isinstance(node, cst.Name | cst.BaseNumber)


def _plain_index(index: cst.BaseSlice) -> bool:
    parts: list[cst.BaseExpression | None] = []
    if isinstance(index, cst.Index):
        parts = [index.value]
    elif isinstance(index, cst.Slice):
        parts = [index.lower, index.upper, index.step]
    return all(part is None or isinstance(part, cst.Ellipsis) or plain(part) for part in parts)


def atom(tree: Tree, node: cst.BaseExpression) -> str:
    """An expression's text, in parentheses where it could not stand beside an operator as it is."""
    code = tree.code(node)
    return code if isinstance(node, _ATOMS) or node.lpar else f"({code})"


def bare(tree: Tree, node: cst.BaseExpression) -> str:
    """An expression's text without parentheses around all of it, as far as it stands on one line."""
    code = tree.code(node)
    if "\n" in code:
        return code if isinstance(node, _ATOMS) or node.lpar else f"({code})"
    return tree.code(node.with_changes(lpar=[], rpar=[])) if len(node.lpar) == 1 else code


def fitting(tree: Tree, old: cst.BaseExpression, code: str) -> cst.BaseExpression:
    """New text as the expression that takes an old one's place, in parentheses where its neighbours ask for
    them."""
    new = _parsed(tree, code)
    if isinstance(new, _ATOMS) or new.lpar:
        return new
    if tight(tree, old):
        return new.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return new.with_changes(lpar=old.lpar, rpar=old.rpar) if old.lpar else new


def _parsed(tree: Tree, code: str) -> cst.BaseExpression:
    """Text as an expression, in parentheses where it goes over several lines and has none."""
    try:
        return tree.expression(code)
    except cst.ParserSyntaxError:
        return tree.expression(f"({code})")


def loosened(tree: Tree, old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression:
    """An expression that takes an old one's place, without parentheses that it does not need there."""
    needless = len(new.lpar) == 1 and not tight(tree, old) and "\n" not in tree.code(new)
    return new.with_changes(lpar=[], rpar=[]) if needless else new


def tight(tree: Tree, node: cst.BaseExpression) -> bool:
    """Whether an expression stands beside an operator, a dot or a bracket."""
    return isinstance(tree.parent(node), _OPERANDS) or _called(tree, node)


def _called(tree: Tree, node: cst.CSTNode) -> bool:
    above = tree.parent(node)
    return (isinstance(above, cst.Call) and above.func is node) or (
        isinstance(above, cst.Subscript) and above.value is node
    )


def argument(call: cst.Call, position: int, *keywords: str) -> cst.BaseExpression | None:
    """A call's argument at a position or under one of its names; None where it is not given, or stars hide
    it."""
    if any(one.star for one in call.args):
        return None
    named = [one.value for one in call.args if one.keyword and one.keyword.value in keywords]
    listed = [one.value for one in call.args if one.keyword is None]
    return named[0] if named else listed[position] if position < len(listed) else None


def keywords_of(call: cst.Call) -> frozenset[str]:
    """The keywords that a call is given."""
    return frozenset(one.keyword.value for one in call.args if one.keyword)


def uses(tree: Tree, name: str, inside: cst.CSTNode) -> Iterator[cst.Name]:
    """Every place where a name stands inside a node as a value or a target of its own: not as an attribute
    or a keyword."""
    return (node for node in _words(tree, inside) if node.value == name)


def _words(tree: Tree, inside: cst.CSTNode) -> Iterator[cst.Name]:
    for node in tree.every(cst.Name, inside):
        above = tree.parent(node)
        if isinstance(above, cst.Attribute) and above.attr is node:
            continue
        if not (isinstance(above, cst.Arg) and above.keyword is node):
            yield node


def fresh(tree: Tree, inside: cst.CSTNode, *wishes: str) -> str | None:
    """The first wished name that means nothing inside a node or at the top of the module."""
    top = {name for statement in tree.module.body for name in _bound_at_top(statement)}
    taken = {node.value for node in _words(tree, inside)} | top
    return next((wish for wish in wishes if wish.isidentifier() and wish not in taken), None)


def _bound_at_top(statement: cst.CSTNode) -> Iterator[str]:
    if isinstance(statement, cst.FunctionDef | cst.ClassDef):
        yield statement.name.value
    elif isinstance(statement, cst.SimpleStatementLine):
        for node in statement.body:
            yield from (one.value for one in _names(node))


def _names(node: cst.CSTNode) -> Iterator[cst.Name]:
    if isinstance(node, cst.Name):
        yield node
    for child in node.children:
        yield from _names(child)
