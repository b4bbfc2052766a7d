"""Unfreeze a model while it is trained by itself, as in the alternating training of a GAN."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import block_of, statements_of
from gradcheck.fix.cst.flags import flag_of
from gradcheck.fix.cst.tapes import FITS
from gradcheck.fix.cst.tree import Change, Replacement, Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.FROZEN,),
    title="Unfreeze the model while it is trained by itself",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`model.trainable = True` before the calls that train it, and `False` again behind them."""
    flag = flag_of(tree, finding.location)
    if flag is None or not isinstance(flag.value, cst.Name | cst.Attribute):
        return None
    calls = [one for one in tree.every(cst.Call) if _trains(one, flag.value)]
    lines = [line for one in calls if tree.line(one) > tree.line(flag) and (line := tree.statement(one))]
    run = _run(tree, [*dict.fromkeys(lines)])
    if not run:
        return None
    on, off = (tree.statements(f"{tree.code(flag)} = {value}")[0] for value in ("True", "False"))

    def opened(node: cst.CSTNode) -> Change:
        assert isinstance(node, Statement)
        first = [on.with_changes(leading_lines=node.leading_lines), node.with_changes(leading_lines=[])]
        return cst.FlattenSentinel([*first, *([off] if len(run) == 1 else [])])

    last: dict[cst.CSTNode, Replacement] = (
        {} if len(run) == 1 else {run[-1]: cst.FlattenSentinel([run[-1], off])}
    )
    return tree.change({**last, run[0]: opened})


def _trains(call: cst.Call, model: cst.BaseExpression) -> bool:
    func = call.func
    return isinstance(func, cst.Attribute) and func.attr.value in FITS and func.value.deep_equals(model)


def _run(tree: Tree, lines: list[Statement]) -> list[Statement]:
    """The lines, if they stand in one block with nothing but plain lines between them."""
    block = block_of(tree, lines[0]) if lines else None
    siblings = statements_of(block) if block else ()
    if not lines or any(one not in siblings for one in lines):
        return []
    between = siblings[siblings.index(lines[0]) : siblings.index(lines[-1])]
    return lines if all(isinstance(one, cst.SimpleStatementLine) for one in between) else []
