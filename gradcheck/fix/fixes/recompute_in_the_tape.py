"""Compute anew, where a tape records, what was computed once before: in the loop, or in the function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from gradcheck.fix.cst.bodies import beside, block_of, indented, moved_into, scope_of, statements_of
from gradcheck.fix.cst.calls import carried
from gradcheck.fix.cst.docstrings import first_statement
from gradcheck.fix.cst.flow import parameters, reads, rebinds, targets, touches
from gradcheck.fix.cst.order import all_read, built_on
from gradcheck.fix.cst.tapes import tapes, trains
from gradcheck.fix.cst.tree import Changes, Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.OUTSIDE_TAPE,), title="Compute it anew inside the tape", safe=False)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The assignments move to the one block that reads them, where that is a tape's or a function's."""
    step = tree.find(finding.location, cst.BaseExpression)
    places = (one for node in (carried(tree, step) if step else ()) for one in _moves(tree, node))
    changes = next(places, None)
    return None if changes is None else tree.change(changes)


def _moves(tree: Tree, step: cst.CSTNode) -> Iterator[Changes]:
    own = tree.statement(step)
    block = block_of(tree, own) if own else None
    if own is None or block is None or isinstance(scope_of(tree, own), cst.ClassDef):
        return
    siblings = statements_of(block)
    run = siblings[siblings.index(own) :]
    for readers in _blocks(tree, step):
        user = beside(tree, readers, block)
        first = first_statement(readers)
        moved = built_on(own, run[: run.index(user)]) if user in run[1:] else []
        if moved and first and _may_move(tree, moved, run, readers):
            yield moved_into(tree, moved, readers, first)


def _blocks(tree: Tree, step: cst.CSTNode) -> Iterator[cst.IndentedBlock]:
    """Blocks of tapes in the same function, then those of functions, that stand below the step."""
    scope, line = scope_of(tree, step), tree.line(step)
    near = [tape for tape in tapes(tree) if tree.line(tape.around) > line]
    yield from (tape.block for tape in near if scope_of(tree, tape.around) is scope)
    for function in tree.every(cst.FunctionDef):
        body = indented(function)
        if body is not None and tree.line(function) > line:
            yield body


def _may_move(
    tree: Tree, moved: Sequence[Statement], run: Sequence[Statement], readers: cst.IndentedBlock
) -> bool:
    """Plain assignments of names that one block alone reads, computed from what is the same there."""
    names = {name for one in moved for name in targets(one)}
    plain = all(targets(one) and not trains(tree, one) for one in moved)
    rebound = any(_rebound(one, moved, run) for one in moved)
    inside = touches(all_read(moved) | names, _own_names(tree, readers))
    return plain and not rebound and not inside and _only_read_in(tree, moved, names, readers)


def _rebound(one: Statement, moved: Sequence[Statement], run: Sequence[Statement]) -> bool:
    """Whether a name that a statement reads or binds means something else further down."""
    behind = [other for other in run[run.index(one) + 1 :] if other not in moved]
    return any(touches(reads(one) | frozenset(targets(one)), rebinds(other)) for other in behind)


def _own_names(tree: Tree, readers: cst.IndentedBlock) -> frozenset[str]:
    """The names that mean something else inside a block."""
    above = tree.parent(readers)
    return rebinds(readers) | (parameters(above) if isinstance(above, cst.FunctionDef) else frozenset())


def _only_read_in(
    tree: Tree, moved: Sequence[Statement], names: set[str], readers: cst.IndentedBlock
) -> bool:
    inside = {node for one in (*moved, readers) for node in tree.every(cst.Name, one)}
    used = [node for node in tree.every(cst.Name) if node.value in names and _is_variable(tree, node)]
    return touches(frozenset(names), reads(readers)) and all(node in inside for node in used)


def _is_variable(tree: Tree, node: cst.Name) -> bool:
    """Whether a name stands for a variable: not for an attribute or a keyword."""
    above = tree.parent(node)
    if isinstance(above, cst.Attribute):
        return above.value is node
    return not (isinstance(above, cst.Arg) and above.keyword is node)
