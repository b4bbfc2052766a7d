"""Ask a tape for a slope where it records, if it is asked for the slope of that slope."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import beside, block_of, moved_into, statements_of
from gradcheck.fix.cst.tapes import asked_by
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.OUTSIDE_TAPE,),
    title="Ask for the slope inside the tape, which then has a slope of it",
    safe=False,
    # What was no slope at all, or zero, gets its value.
    keeps_value=False,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The line that asks the tape moves to the end of the tape's block."""
    asked = asked_by(tree, finding.location)
    block = block_of(tree, asked[1].around) if asked is not None else None
    line = beside(tree, asked[0], block) if asked is not None and block is not None else None
    if asked is None or block is None or not isinstance(line, cst.SimpleStatementLine):
        return None
    below = statements_of(block)
    if line not in below[below.index(asked[1].around) + 1 :]:
        return None
    return tree.change(moved_into(tree, [line], asked[1].block))
