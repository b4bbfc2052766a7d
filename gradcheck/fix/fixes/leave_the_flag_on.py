"""Leave a model switched on that steps of one's own train."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import later
from gradcheck.fix.cst.flags import flag_of, sets_flag
from gradcheck.fix.cst.models import lists_in
from gradcheck.fix.cst.tapes import FITS, last_name
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.FROZEN,),
    title="Leave the model switched on: a step moves what its gradient is asked for",
    safe=False,
    keeps_value=False,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The line `critic.trainable = False` goes, where nothing is compiled and the variables of the critic are
    listed."""
    flag = flag_of(tree, finding.location)
    line = tree.statement(flag) if flag else None
    if flag is None or line is None or not sets_flag(line, flag.value, "False"):
        return None
    listed = any(one.value.deep_equals(flag.value) for one in lists_in(tree, tree.module))
    compiled = any(last_name(call.func) in ("compile", *FITS) for call in tree.every(cst.Call))
    behind = later(tree, line)
    if not listed or compiled or not behind:
        return None
    lines = [*line.leading_lines, *behind[0].leading_lines]  # a comment may be about both
    kept = behind[0].with_changes(leading_lines=lines)
    return tree.change({line: cst.RemovalSentinel.REMOVE, behind[0]: kept})
