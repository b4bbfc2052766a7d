"""Take the last step of a recurrent layer, which has seen all others, not the first one."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.ZERO_PRODUCT,),
    title="Take the last step",
    safe=False,
    keeps_value=False,
    rank=83,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`h[:, 0]` becomes `h[:, -1]`."""
    taken = tree.find(finding.location, cst.Subscript)
    step = _first_step(taken) if taken is not None else None
    if taken is None or step is None or tree.line(taken) != finding.location.line:
        return None
    return tree.change({step: tree.expression("-1")})


def _first_step(taken: cst.Subscript) -> cst.BaseExpression | None:
    """The `0` of `h[:, 0]` or `h[:, 0, :]`."""
    first, *rest = (one.slice for one in taken.slice)
    step = rest[0] if rest else None
    if not isinstance(step, cst.Index) or not all(_is_full(one) for one in (first, *rest[1:])):
        return None
    is_zero = isinstance(step.value, cst.Integer) and step.value.value == "0"
    return step.value if is_zero else None


def _is_full(one: cst.BaseSlice) -> bool:
    return isinstance(one, cst.Slice) and one.lower is None and one.upper is None and one.step is None
