"""Calls that write a value into a variable: `v.assign(x)`, `v.assign_add(x)`, `v.assign_sub(x)`."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from gradcheck.fix.cst.expressions import atom, bare
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Tree
from gradcheck.report.finding import Location

_SIGNS = {"assign": "", "assign_add": "+", "assign_sub": "-"}


@dataclass(frozen=True)
class Write:
    """One such call: what it writes to, and what."""

    call: cst.Call
    variable: cst.BaseExpression
    given: cst.BaseExpression

    @property
    def sign(self) -> str:
        """`+` and `-` where the variable's old value counts."""
        return _SIGNS[_method(self.call)]

    def value(self, tree: Tree, old: str, given: cst.BaseExpression | None = None) -> str:
        """The code of what the variable holds afterwards, with `old` for what it held before."""
        new = given or self.given
        if not self.sign:
            return bare(tree, new)
        return f"{old} {self.sign} {tree.code(new) if _is_product(new) else atom(tree, new)}"


def write_at(tree: Tree, location: Location) -> Write | None:
    """The write that a finding means; None where more is said than a value, as with `use_locking`."""
    call = tree.find(location, cst.Call, lambda call: bool(_method(call)))
    if call is None or len(call.args) != 1 or call.args[0].star or call.args[0].keyword:
        return None
    variable = cst.ensure_type(call.func, cst.Attribute).value
    return Write(call, variable, call.args[0].value) if dotted(variable) else None


def _is_product(node: cst.BaseExpression) -> bool:
    """Whether an operand binds more strongly than a sum."""
    products = (cst.Multiply, cst.Divide, cst.MatrixMultiply, cst.Power)
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, products)


def _method(call: cst.Call) -> str:
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    return name if name in _SIGNS else ""
