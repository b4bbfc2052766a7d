"""Use a tensor as it is, where `float(...)` or `.item()` makes a Python number of it."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.expressions import argument, fitting
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.numpy_counterparts import FUNCTIONS
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.PYTHON_NUMBER,),
    title="Use the tensor itself, not its value",
    safe=False,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`float(x)`, `x.item()` and `x.numpy().item()` become `x`."""
    call = tree.find(
        finding.location, cst.Call, lambda one: _tensor(one) is not None or _twin(tree, one) != ""
    )
    tensor = _tensor(call) if call else None
    if call is not None and tensor is None:
        return tree.change({call.func: tree.expression(_twin(tree, call))})
    if call is None or tensor is None:
        return None
    return tree.change({call: fitting(tree, call, tree.code(tensor))})


_MATH = m.Attribute(value=m.Name("math"))


def _twin(tree: Tree, call: cst.Call) -> str:
    """How the file writes TensorFlow's function for one of Python's `math`; empty for anything else."""
    if not m.matches(call.func, _MATH) or not m.matches(call, m.Call(args=[m.Arg(keyword=None)])):
        return ""
    counterpart = FUNCTIONS.get(cst.ensure_type(call.func, cst.Attribute).attr.value)
    return names(tree).spell(counterpart.name) or "" if counterpart else ""


_ITEM = m.Call(func=m.Attribute(attr=m.Name("item")), args=[])
_NUMPY = m.Call(func=m.Attribute(attr=m.Name("numpy")), args=[])


def _tensor(call: cst.Call) -> cst.BaseExpression | None:
    """What a call makes a number of."""
    if m.matches(call, m.Call(func=m.Name("float"), args=[m.Arg(keyword=None)])):
        value = argument(call, 0)
    elif m.matches(call, _ITEM):
        value = cst.ensure_type(call.func, cst.Attribute).value
    else:
        return None
    if m.matches(value, _NUMPY):  # type: ignore[arg-type]
        value = cst.ensure_type(cst.ensure_type(value, cst.Call).func, cst.Attribute).value
    return value
