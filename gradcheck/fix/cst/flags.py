"""Lines that set `trainable`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.tree import Tree
from gradcheck.report.finding import Location


def flag_of(tree: Tree, location: Location) -> cst.Attribute | None:
    """The `x.trainable` that the finding's line sets."""
    node = tree.find(location, cst.Attribute)
    return flag_in(tree.statement(node)) if node else None


def flag_in(line: cst.CSTNode | None) -> cst.Attribute | None:
    """The `x.trainable` that a line sets."""
    small = single(line)
    target = small.targets[0].target if isinstance(small, cst.Assign) and len(small.targets) == 1 else None
    is_flag = isinstance(target, cst.Attribute) and target.attr.value == "trainable"
    return target if is_flag and isinstance(target, cst.Attribute) else None


def sets_flag(line: cst.CSTNode, owner: cst.BaseExpression, value: str) -> bool:
    """Whether a line is `owner.trainable = value`."""
    flag, small = flag_in(line), single(line)
    given = small.value if isinstance(small, cst.Assign) else None
    return (
        flag is not None
        and flag.value.deep_equals(owner)
        and isinstance(given, cst.Name)
        and given.value == value
    )
