"""Use a tensor as it is, where `float(...)` or `.item()` makes a Python number of it."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from gradcheck.finding import Finding
from gradcheck.kinds import Kind
from gradcheck.rewrite.expressions import argument, fitting
from gradcheck.rewrite.repair import Repair
from gradcheck.rewrite.tree import Tree

REPAIR = Repair(
    __name__,
    kinds=(Kind.PYTHON_NUMBER,),
    title="Use the tensor itself, not its value",
    safe=False,
)


def mend(tree: Tree, finding: Finding) -> cst.Module | None:
    """`float(x)`, `x.item()` and `x.numpy().item()` become `x`."""
    call = tree.find(finding.location, cst.Call, lambda one: _tensor(one) is not None)
    tensor = _tensor(call) if call else None
    if call is None or tensor is None:
        return None
    return tree.change({call: fitting(tree, call, tree.code(tensor))})


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
