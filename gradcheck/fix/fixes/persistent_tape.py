"""Let a tape answer more than once: `tf.GradientTape(persistent=True)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.calls import keyword, named_argument, with_argument
from gradcheck.fix.cst.tapes import asked_by
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.TAPE_REUSED,), title="Make the tape persistent", safe=True)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The tape that the finding's gradient call asks is made persistent where it is opened."""
    found = asked_by(tree, finding.location)
    if found is None:
        return None
    opened = found[1].opened
    said = keyword(opened, "persistent") or next((one for one in opened.args if not one.keyword), None)
    if said is not None:
        return tree.change({said.value: cst.Name("True")})
    return tree.change({opened: with_argument(opened, _PERSISTENT)})


_PERSISTENT = named_argument("persistent", cst.Name("True"))
