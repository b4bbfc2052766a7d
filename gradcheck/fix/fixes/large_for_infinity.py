"""Let a mask add or multiply by a number that is large, and finite."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.flow import targets
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NAN_BEHIND_MASK,),
    title="Use a large number instead of infinity",
    safe=False,
    keeps_value=False,
)
LARGE = "1e9"


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`mask * np.inf` becomes `mask * 1e9`, and `float("-inf")` becomes `-1e9`: where the finding is, or in
    what its names are bound to."""
    whole = tree.find(finding.location, cst.BaseExpression)
    parts = _behind(tree, whole) if whole is not None else ()
    finite: dict[cst.CSTNode, Replacement] = {
        part: new for part in parts if (new := _finite(tree, part)) is not None
    }
    return tree.change(finite) if finite else None


def _behind(tree: Tree, whole: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Every expression inside one, and in what the function around binds to the names in it."""
    asked = {name.value for name in tree.every(cst.Name, whole)}
    yield from tree.every(cst.BaseExpression, whole)
    for line in tree.every(cst.SimpleStatementLine, function_of(tree, whole)):
        if asked.intersection(targets(line)):
            yield from tree.every(cst.BaseExpression, line)


def _finite(tree: Tree, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The large number for an infinity: `np.inf`, `float("inf")`, `float("-inf")`."""
    if isinstance(node, cst.Attribute) and dotted(node).rpartition(".")[2] in _WORDS:
        return tree.expression(LARGE)
    if isinstance(node, cst.Call) and dotted(node.func) == "float" and len(node.args) == 1:
        given = node.args[0].value
        sign = _SIGNS.get(str(given.evaluated_value).lower()) if isinstance(given, cst.SimpleString) else None
        return tree.expression(sign + LARGE) if sign is not None else None
    return None


_WORDS = ("inf", "Inf", "infty")
_SIGNS = {"inf": "", "+inf": "", "infinity": "", "-inf": "-", "-infinity": "-"}
