"""Let a tape answer more than once: `tf.GradientTape(persistent=True)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind
from gradcheck.rewrite.calls import keyword, named_argument
from gradcheck.rewrite.repair import Repair
from gradcheck.rewrite.tapes import asked_by
from gradcheck.rewrite.tree import Tree

REPAIR = Repair(__name__, kinds=(Kind.TAPE_REUSED,), title="Make the tape persistent", safe=True)


def mend(tree: Tree, finding: Finding) -> cst.Module | None:
    """The tape that the finding's gradient call asks is made persistent where it is opened."""
    found = asked_by(tree, finding.location)
    if found is None:
        return None
    opened = found[1].opened
    said = keyword(opened, "persistent") or next((one for one in opened.args if not one.keyword), None)
    if said is not None:
        return tree.change({said.value: cst.Name("True")})
    return tree.change({opened: opened.with_changes(args=[*opened.args, _PERSISTENT])})


_PERSISTENT = named_argument("persistent", cst.Name("True"))
