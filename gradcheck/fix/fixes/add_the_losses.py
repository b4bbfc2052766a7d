"""Add what the model collected with `add_loss` to the loss: `loss += sum(model.losses)`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.flow import rebinds
from gradcheck.fix.cst.models import lists_in
from gradcheck.fix.cst.places import at_the_end
from gradcheck.fix.cst.tapes import Tape, asked_by, questions, tapes
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.LOSSES_IGNORED,),
    title="Add the collected losses to the loss",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The tape's block ends with the sum, if one model's variables are asked for and the loss has a name."""
    found = asked_by(tree, finding.location) or _asked_for(tree, finding.location)
    if found is None:
        return None
    call, tape = found
    loss, sources = argument(call, 0, "target"), argument(call, 1, "sources")
    owners = {tree.code(one) for one in _owners(tree, sources)} if sources else set()
    if not isinstance(loss, cst.Name) or len(owners) != 1 or loss.value not in rebinds(tape.block):
        return None
    line = tree.statements(f"{loss.value} += sum({owners.pop()}.losses)")
    return tree.change({tape.block: at_the_end(line)})


def _asked_for(tree: Tree, place: Location) -> tuple[cst.Call, Tape] | None:
    """The gradient call, and its tape, that is asked for the loss which a place defines."""
    for tape in tapes(tree):
        for call in questions(tree, tape):
            loss = argument(call, 0, "target")
            value = bound_to(tree, loss) if loss is not None else None
            if value is not None and tree.line(value) == place.line:
                return call, tape
    return None


def _owners(tree: Tree, sources: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The models whose variables an expression lists."""
    named = bound_to(tree, sources)
    for listed in lists_in(tree, named if named is not None else sources):
        yield listed.value
