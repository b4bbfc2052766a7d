"""Compile a model after its `trainable` flags are set, not before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import libcst as cst

from gradcheck.fix.cst.bodies import beside, blank_lines, block_of, closed_up, comment_lines, statements_of
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.flags import flag_of
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.places import behind
from gradcheck.fix.cst.tapes import FITS, last_name
from gradcheck.fix.cst.tree import Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.FROZEN,), title="Compile after the flag is set", safe=True)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The flag's line moves before `compile()`; where the model was trained in between, it is compiled
    again behind the flag."""
    flag = flag_of(tree, finding.location) or tree.find(
        finding.location, cst.Call, partial(_stands_alone, tree)
    )
    line = tree.statement(flag) if flag else None
    block = _common(tree, line) if line else None
    own = beside(tree, line, block) if line and block else None
    if own is None or line is None or block is None:
        return None
    siblings = statements_of(block)
    place = siblings.index(own)
    compiled = [one for one in siblings[:place] if _calls(one, ("compile",))]
    model = _owner(compiled[-1]) if compiled else None
    later = [one for one in siblings[place + 1 :] if model and _uses(tree, one, model, FITS)]
    if model is None or not later:
        return None
    between = siblings[siblings.index(compiled[-1]) + 1 : place]
    if any(_uses(tree, one, model, FITS) for one in between):
        if not _repeatable(compiled[-1]):
            return None
        again = compiled[-1].with_changes(leading_lines=[])
        after = siblings[place + 1 : siblings.index(later[0])]
        last = [own, *(one for one in after if _sets_flags(tree, one))][-1]
        return tree.change({last: behind(again)})
    return _before(tree, compiled[-1], own) if _movable(between, own) else None


def _stands_alone(tree: Tree, call: cst.Call) -> bool:
    """Whether a call, of a function that sets the flag, is a statement."""
    return isinstance(tree.parent(call), cst.Expr)


def _before(tree: Tree, compiled: Statement, own: Statement) -> cst.Module:
    moved = own.with_changes(leading_lines=[*blank_lines(compiled), *comment_lines(own)])
    kept = closed_up(compiled)
    return tree.change({compiled: cst.FlattenSentinel([moved, kept]), own: cst.RemoveFromParent()})


def _common(tree: Tree, line: Statement) -> cst.Module | cst.IndentedBlock | None:
    """The nearest block around the flag that also compiles: flags are often set in a loop."""
    for above in (line, *tree.above(line)):
        block = block_of(tree, above)
        if block is not None and any(_calls(one, ("compile",)) for one in statements_of(block)):
            return block
    return None


def _calls(statement: Statement, methods: Sequence[str]) -> bool:
    """Whether a statement is a call of one of some methods."""
    small = single(statement)
    call = small.value if isinstance(small, cst.Expr | cst.Assign) else None
    return (
        isinstance(call, cst.Call)
        and last_name(call.func) in methods
        and isinstance(call.func, cst.Attribute)
    )


def _owner(statement: Statement) -> cst.BaseExpression | None:
    small = single(statement)
    call = small.value if isinstance(small, cst.Expr) else None
    func = call.func if isinstance(call, cst.Call) else None
    return func.value if isinstance(func, cst.Attribute) else None


def _uses(tree: Tree, node: cst.CSTNode, model: cst.BaseExpression, methods: Sequence[str]) -> bool:
    calls = (one.func for one in tree.every(cst.Call, node) if isinstance(one.func, cst.Attribute))
    return any(func.attr.value in methods and func.value.deep_equals(model) for func in calls)


def _repeatable(compiled: Statement) -> bool:
    """Whether the call makes an optimizer of its own: Keras 3 refuses one that has trained other weights."""
    small = single(compiled)
    call = small.value if isinstance(small, cst.Expr) else None
    given = argument(call, 0, "optimizer") if isinstance(call, cst.Call) else None
    return given is None or isinstance(given, cst.SimpleString | cst.Call)


def _sets_flags(tree: Tree, node: cst.CSTNode) -> bool:
    targets = (one.target for one in tree.every(cst.AssignTarget, node))
    return any(isinstance(one, cst.Attribute) and one.attr.value == "trainable" for one in targets)


def _movable(between: Sequence[Statement], own: Statement) -> bool:
    """Whether the flag's line may pass what stands between: plain lines that do not make what it names."""
    return isinstance(own, cst.SimpleStatementLine) and not between
