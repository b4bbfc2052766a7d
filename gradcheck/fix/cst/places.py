"""Where new lines are put: before a line or behind it, at the end of a block, above a method."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from gradcheck.fix.cst.classes import Method
from gradcheck.fix.cst.tree import Change, Replacement


def before(*lines: cst.CSTNode) -> Replacement:
    """A statement with these before it."""
    return lambda own: cst.FlattenSentinel([*lines, own])


def behind(*lines: cst.CSTNode) -> Replacement:
    """A statement with these behind it."""
    return lambda own: cst.FlattenSentinel([own, *lines])


def at_the_end(lines: Sequence[cst.CSTNode]) -> Replacement:
    """A block that ends with these statements."""

    def longer(own: cst.CSTNode) -> Change:
        block = cst.ensure_type(own, cst.IndentedBlock)
        return block.with_changes(body=[*block.body, *lines])

    return longer


def above(method: Method, made: cst.FunctionDef) -> Replacement:
    """A method with another one above it, an empty line apart."""
    space = [cst.EmptyLine(indent=False)]
    leading = [] if method.owner.body.body[0] is method.function else space

    def placed(own: cst.CSTNode) -> Change:
        function = cst.ensure_type(own, cst.FunctionDef)
        below = function.with_changes(leading_lines=function.leading_lines or space)
        return cst.FlattenSentinel([made.with_changes(leading_lines=leading), below])

    return placed
