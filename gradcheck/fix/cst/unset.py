"""Attributes that one statement gives a value, and others only prepare with None, or give the same anew."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.classes import Method, family, method_around, on_this, ordinary, stores
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.reading import read
from gradcheck.fix.cst.tree import Statement, Tree

_TO_NONE = m.SimpleStatementLine([m.Assign([m.AssignTarget(m.Attribute())], m.Name("None"))])


def prepared(tree: Tree, method: Method, name: str, setter: cst.CSTNode) -> tuple[Statement, ...] | None:
    """The lines that set an attribute to None, so that it exists, or to what the setter does; None (no tuple)
    if the attribute cannot become a property, because more than they give it a value."""
    value = _value(tree.statement(setter))
    related = family(tree, method.owner)
    own = {id(one) for one in tree.every(cst.Attribute, setter)}
    found: list[Statement] = []
    for store in stores(tree, name):
        owner = on_this(tree, store)
        if id(store) not in own and (owner is None or owner in related):
            line = tree.statement(store)
            refreshes = owner is not None and value is not None and _same(tree, method, line, value)
            if line is None or not (_removable(tree, line) or (refreshes and _in_block(tree, line))):
                return None
            found.append(line)
    return tuple(found) if ordinary(tree, method.owner, name) else None


def asked(tree: Tree, method: Method, name: str, inside: cst.CSTNode) -> Iterator[cst.Attribute]:
    """Where a piece of a method looks at an attribute of its object."""
    for one in tree.every(cst.Attribute, inside):
        if one.attr.value == name and isinstance(one.value, cst.Name) and one.value.value == method.this:
            yield one


def refreshed(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether an attribute gets its value here and the same one elsewhere, so that it is never old."""
    method, value = method_around(tree, node), _value(tree.statement(node))
    if method is None or value is None:
        return False
    lines = [tree.statement(store) for one in _targets(tree, node) for store in stores(tree, one)]
    return len(lines) > 1 and all(_same(tree, method, line, value) for line in lines)


def _targets(tree: Tree, node: cst.CSTNode) -> Iterator[str]:
    line = tree.statement(node)
    for one in tree.every(cst.AssignTarget, line) if line is not None else ():
        if isinstance(one.target, cst.Attribute) and on_this(tree, one.target) is not None:
            yield one.target.attr.value


def _value(line: cst.CSTNode | None) -> cst.BaseExpression | None:
    """What a line gives its one target."""
    small = single(line)
    return small.value if isinstance(small, cst.Assign) and len(small.targets) == 1 else None


def _same(tree: Tree, method: Method, line: cst.CSTNode | None, value: cst.BaseExpression) -> bool:
    """Whether a line of a method gives the value that another one does: of the object's attributes alone."""
    there, other = method_around(tree, line) if line is not None else None, _value(line)
    known = {method.this, *names(tree).meanings}
    own = all(name.value in known for name in read(value))
    alike = there is not None and there.this == method.this and other is not None and other.deep_equals(value)
    return alike and own


def _removable(tree: Tree, line: Statement) -> bool:
    return m.matches(line, _TO_NONE) and _in_block(tree, line)


def _in_block(tree: Tree, line: Statement) -> bool:
    block = tree.parent(line)
    return isinstance(block, cst.IndentedBlock) and len(block.body) > 1
