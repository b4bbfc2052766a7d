"""Apply the gradients that were computed: `optimizer.apply_gradients(zip(gradients, variables))`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bodies import scope_of
from gradcheck.fix.cst.expressions import argument, plain, uses
from gradcheck.fix.cst.flow import targets
from gradcheck.fix.cst.lines import beside, function_of
from gradcheck.fix.cst.models import assignments
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tapes import asked_by
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.NOT_APPLIED,), title="Apply the gradients", safe=False)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The line behind the gradient call hands it to the one optimizer there is."""
    found = asked_by(tree, finding.location)
    line = tree.statement(found[0]) if found else None
    sources = argument(found[0], 1, "sources") if found else None
    optimizers = [*_optimizers(tree, found[0])] if found else []
    bound = targets(line) if isinstance(line, cst.SimpleStatementLine) else ()
    if line is None or len(bound) != 1 or len(optimizers) != 1 or not _may_repeat(sources):
        return None
    if len([*uses(tree, bound[0], function_of(tree, line))]) > 1 or sources is None:
        return None
    code = f"{optimizers[0]}.apply_gradients(zip({bound[0]}, {tree.code(sources)}))"
    return tree.change({line: beside(tree, after=[code])})


def _may_repeat(sources: cst.BaseExpression | None) -> bool:
    if isinstance(sources, cst.List | cst.Tuple):
        return all(plain(one.value) for one in sources.elements)
    return sources is not None and isinstance(sources, cst.Name | cst.Attribute)


def _optimizers(tree: Tree, call: cst.Call) -> Iterator[str]:
    """Every optimizer that the file makes and that can be named where the call stands."""
    for target, value in assignments(tree):
        if names(tree).called(value).startswith("keras.optimizers."):
            scope = scope_of(tree, target)
            if isinstance(target, cst.Name) and (scope is tree.module or scope in {*tree.above(call)}):
                yield target.value
