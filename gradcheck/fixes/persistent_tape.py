"""Let a tape answer more than once: `tf.GradientTape(persistent=True)`."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from gradcheck.finding import Finding
from gradcheck.kinds import Kind
from gradcheck.rewrite.repair import Repair
from gradcheck.rewrite.tree import Tree

REPAIR = Repair(__name__, kinds=(Kind.TAPE_REUSED,), title="Make the tape persistent", safe=True)


def mend(tree: Tree, finding: Finding) -> cst.Module | None:
    """The tape that the finding's gradient call asks is made persistent where it is opened."""
    asked = tree.find(finding.location, cst.Call, lambda call: m.matches(call.func, _GRADIENT))
    opened = _opened(tree, asked) if asked else None
    if opened is None or any(argument.keyword for argument in opened.args):
        return None
    return tree.change({opened: opened.with_changes(args=[*opened.args, _PERSISTENT])})


_GRADIENT = m.Attribute(attr=m.Name("gradient") | m.Name("jacobian") | m.Name("batch_jacobian"))
_PERSISTENT = cst.Arg(
    cst.Name("True"),
    cst.Name("persistent"),
    equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
)


def _opened(tree: Tree, asked: cst.Call) -> cst.Call | None:
    """The call that opened the tape: the last one bound to its name before it is asked."""
    name = cst.ensure_type(asked.func, cst.Attribute).value
    tapes = [
        item.item
        for item in tree.every(cst.WithItem)
        if item.asname and item.asname.name.deep_equals(name) and tree.line(item) < tree.line(asked)
    ]
    last = tapes[-1] if tapes else None
    return last if isinstance(last, cst.Call) else None
