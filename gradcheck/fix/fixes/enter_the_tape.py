"""Move what computes the loss into the tape's block, with everything that depends on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from gradcheck.fix.cst.bodies import any_of, beside, block_of, indented, moved_into, scope_of, statements_of
from gradcheck.fix.cst.calls import carried
from gradcheck.fix.cst.expressions import argument, bare, fresh
from gradcheck.fix.cst.flow import reads, touches
from gradcheck.fix.cst.order import all_bound, around, built_on
from gradcheck.fix.cst.places import at_the_end
from gradcheck.fix.cst.tapes import Tape, last_name, questions, tapes, trains
from gradcheck.fix.cst.tree import Changes, Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.OUTSIDE_TAPE,),
    title="Move it into the tape",
    safe=True,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The step joins the nearest tape that has to see it: at the block's start or at its end."""
    changes = next(_offers(tree, finding), None)
    return None if changes is None else tree.change(changes)


def _offers(tree: Tree, finding: Finding) -> Iterator[Changes]:
    step = tree.find(finding.location, cst.BaseExpression)
    for node in carried(tree, step) if step else ():
        yield from _recorded(tree, node)
        near = [tape for tape in tapes(tree) if scope_of(tree, tape.around) is scope_of(tree, node)]
        line = tree.line(node)
        for tape in sorted(near, key=lambda tape: abs(tree.line(tape.around) - line)):
            yield from (_from_above if tree.line(tape.around) > line else _from_below)(tree, node, tape)


def _from_above(tree: Tree, step: cst.CSTNode, tape: Tape) -> Iterator[Changes]:
    """What stands before the block moves to its start, with all that builds on it in between."""
    block = block_of(tree, tape.around)
    own = beside(tree, step, block) if block else None
    if block is None or own is None or own is tape.around:
        return
    siblings = statements_of(block)
    between = siblings[siblings.index(own) : siblings.index(tape.around)]
    moved = built_on(own, between)
    if touches(all_bound(moved), reads(tape.block)) and _may_pass(tree, between) and _may_move(moved):
        yield moved_into(tree, moved, tape.block, statements_of(tape.block)[0])


def _from_below(tree: Tree, step: cst.CSTNode, tape: Tape) -> Iterator[Changes]:
    """What stands between the block and the question moves to the block's end, with all it needs."""
    block = block_of(tree, tape.around)
    own = beside(tree, step, block) if block else None
    asked = _asked(tree, tape, block) if block else None
    if block is None or own is None or asked is None:
        return
    siblings = statements_of(block)
    between = siblings[siblings.index(tape.around) + 1 : siblings.index(asked)]
    if own is asked:
        yield from _named(tree, step, tape, between)
    moved = around(own, between) if own in between else []
    if moved and _may_pass(tree, moved) and _may_move(moved):
        yield moved_into(tree, moved, tape.block)


def _named(tree: Tree, step: cst.CSTNode, tape: Tape, between: Sequence[Statement]) -> Iterator[Changes]:
    """What is computed where the question is asked gets a name at the block's end."""
    call = next((one for one in questions(tree, tape) if one in {*tree.above(step)}), None)
    target = argument(call, 0, "target") if call else None
    name = fresh(tree, scope_of(tree, tape.around), "loss", "objective", "target")
    if (
        target is None
        or name is None
        or touches(all_bound(between), reads(target))
        or not _holds(tree, target, step)
    ):
        return
    line = tree.statements(f"{name} = {bare(tree, target)}")
    yield {target: cst.Name(name), tape.block: at_the_end(line)}


def _holds(tree: Tree, target: cst.BaseExpression, step: cst.CSTNode) -> bool:
    return step is target or target in {*tree.above(step)}


def _recorded(tree: Tree, step: cst.CSTNode) -> Iterator[Changes]:
    """What stands in a `stop_recording()` block moves before it, with all it needs there."""
    paused = tree.enclosing(step, cst.With)
    inside, outside = (indented(paused), block_of(tree, paused)) if paused else (None, None)
    if paused is None or inside is None or not isinstance(outside, cst.IndentedBlock) or not _pauses(paused):
        return
    own = beside(tree, step, inside)
    moved = around(own, statements_of(inside)) if own else []
    if moved and len(moved) < len(inside.body):
        yield moved_into(tree, moved, outside, paused)
    elif moved:
        first = moved[0].with_changes(leading_lines=[*paused.leading_lines, *moved[0].leading_lines])
        yield {paused: cst.FlattenSentinel([first, *moved[1:]])}


def _pauses(around: cst.With) -> bool:
    calls = [item.item for item in around.items if isinstance(item.item, cst.Call)]
    return len(calls) == 1 and last_name(calls[0].func) == "stop_recording"


def _asked(tree: Tree, tape: Tape, block: cst.Module | cst.IndentedBlock) -> Statement | None:
    """The first statement beside the tape that asks it."""
    return next((own for call in questions(tree, tape) if (own := beside(tree, call, block))), None)


def _may_move(moved: Sequence[Statement]) -> bool:
    """Only plain computations change places, not what leaves the function or defines one."""
    kinds = (cst.Return, cst.Yield, cst.Continue, cst.Break, cst.FunctionDef, cst.ClassDef, cst.Import)
    return not any(any_of(one, kinds) for one in moved)


def _may_pass(tree: Tree, statements: Sequence[Statement]) -> bool:
    """No weight changes on the way from the old place to the new."""
    return not any(trains(tree, one) for one in statements)
