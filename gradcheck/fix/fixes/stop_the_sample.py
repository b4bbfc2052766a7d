"""Take the sample as given where its own probability is computed: `log_prob(tf.stop_gradient(sample))`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.ZERO_SLOPE,), title="Stop the gradient of the sample", safe=False)

_PROBABILITIES = ("log_prob", "prob")


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The argument of `log_prob` is stopped, if it is what a distribution's `sample` gave."""
    call = tree.find(finding.location, cst.Call, lambda call: last_name(call.func) in _PROBABILITIES)
    stop = names(tree).spell("tf.stop_gradient")
    given = call.args[0].value if call is not None and len(call.args) == 1 else None
    if given is None or stop is None:
        return None
    sample = bound_to(tree, given) if isinstance(given, cst.Name) else given
    if not isinstance(sample, cst.Call) or last_name(sample.func) != "sample":
        return None
    return tree.change({given: tree.expression(f"{stop}({tree.code(given)})")})
