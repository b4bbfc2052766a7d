"""Statements in their blocks: which one stands beside which, and moving them from one block to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import libcst as cst

from gradcheck.fix.cst.tree import Change, Changes, Replacement, Statement, Tree

Block = cst.Module | cst.IndentedBlock
SCOPES = (cst.FunctionDef, cst.ClassDef, cst.Lambda)


def block_of(tree: Tree, node: cst.CSTNode) -> Block | None:
    """The block a statement stands in; None for one that shares a line with its `if` or `with`."""
    above = tree.parent(node)
    return above if isinstance(above, Block) else None


def statements_of(block: Block) -> tuple[Statement, ...]:
    """A block's statements, in order."""
    return tuple(one for one in block.body if isinstance(one, Statement))


def later(tree: Tree, line: Statement) -> tuple[Statement, ...]:
    """The statements behind a line in its block."""
    block = block_of(tree, line)
    own = statements_of(block) if block else ()
    return own[own.index(line) + 1 :] if line in own else ()


def beside(tree: Tree, node: cst.CSTNode, block: Block) -> Statement | None:
    """The statement of a block that a node is, or is part of."""
    chain = pairwise([node, *tree.above(node)])
    inner = next((one for one, outer in chain if outer is block), None)
    return inner if isinstance(inner, Statement) else None


def scope_of(tree: Tree, node: cst.CSTNode) -> cst.CSTNode:
    """The function around a node, else the module; a class's body counts as a scope too."""
    return next((one for one in tree.above(node) if isinstance(one, SCOPES)), tree.module)


def indented(node: cst.CSTNode) -> cst.IndentedBlock | None:
    """The block of a compound statement, if it stands on lines of its own."""
    body = getattr(node, "body", None)
    return body if isinstance(body, cst.IndentedBlock) else None


def moved_into(
    tree: Tree, moved: Sequence[Statement], block: cst.IndentedBlock, before: Statement | None = None
) -> Changes:
    """The changes that take statements from where they are and put them into a block: before one of its
    statements, or at its end."""
    own = statements_of(block)
    place = own.index(before) if before is not None else len(own)
    inside = [closed_up(moved[0]), *moved[1:]] if place == 0 else [*moved]
    shift = sum(one in moved for one in own[:place])

    def filled(node: cst.CSTNode) -> Change:
        body = cst.ensure_type(node, cst.IndentedBlock)
        at = place - shift
        return body.with_changes(body=[*body.body[:at], *inside, *body.body[at:]])

    removed: dict[cst.CSTNode, Replacement] = {one: cst.RemoveFromParent() for one in moved}
    return {**removed, **dict(_spaced(tree, moved)), block: filled}


def _spaced(tree: Tree, moved: Sequence[Statement]) -> Iterator[tuple[cst.CSTNode, Replacement]]:
    """What follows removed statements takes over the empty lines before them, if it has none."""
    for one in moved:
        block = block_of(tree, one)
        siblings = statements_of(block) if block else ()
        place = siblings.index(one) if one in siblings else len(siblings)
        first = next((n for n in range(place, -1, -1) if n == 0 or siblings[n - 1] not in moved), place)
        behind = siblings[place + 1] if place + 1 < len(siblings) else None
        if behind is not None and behind not in moved:
            yield behind, _with_space(blank_lines(siblings[first]), first == 0)


def _with_space(blank: list[cst.EmptyLine], is_first: bool) -> Replacement:
    def spaced(node: cst.CSTNode) -> Change:
        assert isinstance(node, Statement)
        if is_first:
            return closed_up(node)
        own = [*node.leading_lines]
        return node if own and own[0].comment is None else node.with_changes(leading_lines=[*blank, *own])

    return spaced


def blank_lines(statement: Statement) -> list[cst.EmptyLine]:
    """The empty lines that stand before a statement and its comments."""
    lines = [*statement.leading_lines]
    return lines[: next((n for n, line in enumerate(lines) if line.comment is not None), len(lines))]


def closed_up(statement: Statement) -> Statement:
    """A statement without empty lines before it, as the first one of a block is written; comments stay."""
    return statement.with_changes(leading_lines=comment_lines(statement))


def comment_lines(statement: Statement) -> Sequence[cst.EmptyLine]:
    """What stands above a statement, from its first comment on."""
    return statement.leading_lines[len(blank_lines(statement)) :]


def any_of(node: cst.CSTNode, kinds: Iterable[type[cst.CSTNode]]) -> bool:
    """Whether a node is or holds one of some kinds; functions inside it are not looked into."""
    wanted = tuple(kinds)
    if isinstance(node, wanted):
        return True
    return not isinstance(node, SCOPES) and any(any_of(child, wanted) for child in node.children)
