"""Call the model itself instead of `predict()`: `model(x, training=True)`, inside the tape."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from gradcheck.fix.cst.calls import named_argument
from gradcheck.fix.cst.expressions import argument, keywords_of
from gradcheck.fix.cst.tapes import in_a_tape, last_name
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.fix.fixes import enter_the_tape
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.PREDICT,), title="Call the model itself", safe=False, keeps_value=False)

_PREDICTS = ("predict", "predict_on_batch")
_HOW = {"x", "batch_size", "verbose", "max_queue_size", "workers", "use_multiprocessing"}


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The prediction becomes a call; one that stands before the tape moves into it besides."""
    call = tree.find(finding.location, cst.Call, lambda call: last_name(call.func) in _PREDICTS)
    given = argument(call, 0, "x") if call else None
    if call is None or given is None or len([one for one in call.args if one.keyword is None]) > 1:
        return None
    if not isinstance(call.func, cst.Attribute) or not keywords_of(call) <= _HOW:
        return None
    training = named_argument("training", cst.Name("True"))
    new = call.with_changes(func=call.func.value, args=[cst.Arg(given), training])
    module = tree.change({call: new})
    return module if in_a_tape(tree, call) else _moved(module, finding, tree.line(call))


def _moved(module: cst.Module, finding: Finding, line: int) -> cst.Module:
    """The module with the call's line moved into the tape, where there is one below it."""
    where = Location(finding.location.path, line)
    return enter_the_tape.fix(Tree(module.code), replace(finding, location=where)) or module
