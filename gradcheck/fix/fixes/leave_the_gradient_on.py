"""Leave out the flag by which a tape or a loop is told to take no gradient."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import keywords_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NOT_WATCHED, Kind.STOPPED),
    title="Leave out the flag that takes the gradient away",
    safe=False,
    rank=2,
)
_FLAGS = frozenset({"watch_accessed_variables", "back_prop"})


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`GradientTape(watch_accessed_variables=False)` and `tf.scan(..., back_prop=False)` lose the flag."""
    call = tree.find(finding.location, cst.Call, lambda call: bool(keywords_of(call) & _FLAGS))
    if call is None:
        return None
    kept = [one for one in call.args if one.keyword is None or one.keyword.value not in _FLAGS]
    if kept and len(kept) < len(call.args) and kept[-1] is not call.args[-1]:
        # The bracket stands where it stood behind the last argument.
        end = call.args[-1]
        kept[-1] = kept[-1].with_changes(comma=end.comma, whitespace_after_arg=end.whitespace_after_arg)
    return tree.change({call: call.with_changes(args=kept)})
