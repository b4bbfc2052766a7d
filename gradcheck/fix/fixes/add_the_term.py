"""Add a computed loss term to the loss that is differentiated."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bodies import beside, statements_of
from gradcheck.fix.cst.expressions import argument, atom, uses
from gradcheck.fix.cst.flow import single, targets
from gradcheck.fix.cst.places import at_the_end
from gradcheck.fix.cst.tapes import Tape, questions, tapes
from gradcheck.fix.cst.tree import Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NOT_IN_LOSS, Kind.WRONG_VARIABLES, Kind.DEAD_VALUE),
    title="Add the term to the loss",
    safe=False,
    keeps_value=False,
)

_TERM = re.compile(r"loss|penalty|(?:^|_)(?:kl|reg|cost|error|term|regularization)(?:_|$)")


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A term that is computed in the tape's block and not part of the loss is added to it there."""
    node = tree.find(finding.location, cst.BaseExpression)
    line = tree.statement(node) if node else None
    tape = next((one for one in tapes(tree) if line and beside(tree, line, one.block)), None)
    terms = [*_forgotten(tree, tape, line)] if line and tape else []
    if line is None or tape is None or len(terms) != 1:
        return None
    return _added(tree, tape, line, terms[0])


def _forgotten(tree: Tree, tape: Tape, line: Statement) -> Iterator[str]:
    """The names of terms that a line binds, one or several, and that nothing in the block reads below."""
    for name in targets(line):
        later = (one for one in uses(tree, name, tape.block) if tree.line(one) > tree.line(line))
        if _TERM.search(name) and not any(later):
            yield name


def _added(tree: Tree, tape: Tape, line: Statement, term: str) -> cst.Module | None:
    loss = {argument(call, 0, "target") for call in questions(tree, tape)}
    asked = loss.pop() if len(loss) == 1 else None
    if not isinstance(asked, cst.Name) or asked.value == term:
        return None
    bound = [one for one in statements_of(tape.block) if targets(one) == (asked.value,)]
    small = single(bound[-1]) if bound else None
    if isinstance(small, cst.Assign) and tree.line(bound[-1]) > tree.line(line):
        new = tree.expression(f"{_operand(tree, small.value)} + {term}")
        return tree.change({small.value: new})
    return (
        tree.change({tape.block: at_the_end(tree.statements(f"{asked.value} += {term}"))}) if bound else None
    )


def _operand(tree: Tree, value: cst.BaseExpression) -> str:
    """A sum takes another operand as it is."""
    sums = isinstance(value, cst.BinaryOperation) and isinstance(
        value.operator, cst.Add | cst.Subtract | cst.Multiply
    )
    return tree.code(value) if sums else atom(tree, value)
