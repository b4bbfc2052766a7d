"""How new code is laid out: beside code that it was taken from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

from gradcheck.base.lines import split
from gradcheck.fix.cst.bodies import closed_up
from gradcheck.fix.cst.tree import Statement, Tree

Node = TypeVar("Node", bound=cst.BaseExpression)
_WIDEST = 88
_WIDE = 110


def property_named(
    name: str, this: str, body: Sequence[cst.CSTNode], taken: cst.SimpleStatementLine
) -> cst.FunctionDef:
    """A property with statements as its body, under the comments of the line that it replaces."""
    statements = [one for one in body if isinstance(one, Statement)]
    statements[-1] = statements[-1].with_changes(
        leading_lines=closed_up(taken).leading_lines, trailing_whitespace=taken.trailing_whitespace
    )
    statements[0] = closed_up(statements[0])
    return cst.FunctionDef(
        name=cst.Name(name),
        params=cst.Parameters([cst.Param(cst.Name(this))]),
        body=cst.IndentedBlock(statements),
        decorators=[cst.Decorator(cst.Name("property"))],
        leading_lines=[cst.EmptyLine(indent=False)],
    )


def dedented(tree: Tree, node: Node) -> Node:
    """An expression whose further lines stood deeper than its first one, moved to the left to end level."""
    last = split(tree.code(node))[-1]
    surplus = last[: len(last) - len(last.lstrip())]
    after = node.visit(_Dedent(surplus))
    assert isinstance(after, type(node))
    return after


class _Dedent(cst.CSTTransformer):
    def __init__(self, surplus: str) -> None:
        super().__init__()
        self.surplus = surplus

    def leave_ParenthesizedWhitespace(  # noqa: N802
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        space = updated_node.last_line.value.removeprefix(self.surplus)
        return updated_node.with_changes(last_line=cst.SimpleWhitespace(space))


def on_one_line(tree: Tree, node: cst.BaseExpression) -> cst.BaseExpression:
    """An expression without outer parentheses and line breaks, if it has no comments and then fits."""
    text = tree.code(node.with_changes(lpar=[], rpar=[]))
    joined = " ".join(text.split()).replace("( ", "(").replace(" )", ")")
    if "#" in text or '"""' in text or "'''" in text or len(joined) > _WIDEST:
        return node
    return tree.expression(joined)


def called_within(
    tree: Tree, place: cst.CSTNode, function: str, arguments: Sequence[str]
) -> cst.BaseExpression:
    """A call in the place of another expression, with a line for each argument where one line is too long."""
    joined = f"{function}({', '.join(arguments)})"
    spot = tree.ranges[place]
    rest = len(split(tree.module.code)[spot.end.line - 1]) - spot.end.column
    if spot.start.column + len(joined) + rest <= _width(tree):
        return tree.expression(joined)
    unit, end = tree.module.default_indent, tree.module.default_newline
    lines = "".join(f"{unit}{one},{end}" for one in arguments)
    return tree.expression(f"{function}({end}{lines})")


def _width(tree: Tree) -> int:
    """How long this text lets its lines become."""
    longest = max(len(line) for line in split(tree.module.code))
    return min(max(longest, _WIDEST), _WIDE)
