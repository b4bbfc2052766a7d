"""Keep in TensorFlow what is read as numbers before training, and evaluate it on every call."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.captures import evaluated_on_call
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.fix.fixes import keep_the_tensor, no_copy, stay_in_tensorflow
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NUMPY, Kind.PYTHON_NUMBER, Kind.REWRAPPED),
    title="Keep it in TensorFlow and evaluate it on every call",
    safe=False,
    rank=1,
)
_STEPS = (stay_in_tensorflow, keep_the_tensor, no_copy)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The value stays a tensor, and the attribute that holds it becomes a property."""
    for step in _STEPS:
        kept = step.fix(tree, finding) if finding.kind in step.FIXER.kinds else None
        after = Tree(kept.code) if kept else None
        line = _line(after, finding.location.line) if after else None
        if after and line:
            return evaluated_on_call(after, line)
    return None


def _line(tree: Tree, number: int) -> cst.SimpleStatementLine | None:
    """The statement on a line."""
    for line in tree.every(cst.SimpleStatementLine):
        if tree.ranges[line].start.line <= number <= tree.ranges[line].end.line:
            return line
    return None
