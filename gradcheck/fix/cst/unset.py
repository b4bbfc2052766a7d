"""Attributes that one statement gives a value, and others only prepare with None."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.classes import Method, family, on_this, ordinary, stores
from gradcheck.fix.cst.tree import Statement, Tree

_TO_NONE = m.SimpleStatementLine([m.Assign([m.AssignTarget(m.Attribute())], m.Name("None"))])


def prepared(tree: Tree, method: Method, name: str, setter: cst.CSTNode) -> tuple[Statement, ...] | None:
    """The lines that set an attribute to None, so that it exists; None (no tuple) if the attribute cannot
    become a property, because more than the setter and they give it a value."""
    related = family(tree, method.owner)
    own = {id(one) for one in tree.every(cst.Attribute, setter)}
    found: list[Statement] = []
    for store in stores(tree, name):
        owner = on_this(tree, store)
        if id(store) not in own and (owner is None or owner in related):
            line = tree.statement(store)
            if line is None or not _removable(tree, line):
                return None
            found.append(line)
    return tuple(found) if ordinary(tree, method.owner, name) else None


def asked(tree: Tree, method: Method, name: str, inside: cst.CSTNode) -> Iterator[cst.Attribute]:
    """Where a piece of a method looks at an attribute of its object."""
    for one in tree.every(cst.Attribute, inside):
        if one.attr.value == name and isinstance(one.value, cst.Name) and one.value.value == method.this:
            yield one


def _removable(tree: Tree, line: Statement) -> bool:
    block = tree.parent(line)
    return m.matches(line, _TO_NONE) and isinstance(block, cst.IndentedBlock) and len(block.body) > 1
