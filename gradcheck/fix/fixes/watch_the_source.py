"""Have the tape watch the tensor that its gradient is asked for."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import closed_up, statements_of
from gradcheck.fix.cst.expressions import argument, plain
from gradcheck.fix.cst.flow import rebinds, touches
from gradcheck.fix.cst.tapes import Tape, asked_by, last_name, tapes
from gradcheck.fix.cst.tree import Change, Replacement, Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.NOT_WATCHED,), title="Watch it", safe=True)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`tape.watch(...)` becomes the block's first line, or the one behind the value's assignment; one that
    stands too far down moves there."""
    late = tree.find(finding.location, cst.Call, lambda call: last_name(call.func) == "watch")
    if late is not None:
        return _earlier(tree, late)
    found = asked_by(tree, finding.location)
    if found is None:
        return None
    call, tape = found
    sources = argument(call, 1, "sources")
    listed = (
        [one.value for one in sources.elements] if isinstance(sources, cst.List | cst.Tuple) else [sources]
    )
    labels = {weight.label for weight in finding.weights}
    wanted = [one for one in listed if one is not None and (len(listed) == 1 or tree.code(one) in labels)]
    if not wanted or not all(plain(one) or isinstance(one, cst.Attribute) for one in wanted):
        return None
    lines = [f"{tape.name}.watch({tree.code(one)})" for one in wanted]
    place = _place(tape, frozenset(tree.code(one) for one in wanted))
    return None if place is None else tree.change({tape.block: _with(tree, lines, place)})


def _earlier(tree: Tree, late: cst.Call) -> cst.Module | None:
    """The line that watches something moves up within its tape's block."""
    line = tree.statement(late)
    tape = next((one for one in tapes(tree) if tree.code(late.func) == f"{one.name}.watch"), None)
    watched = late.args[0].value if len(late.args) == 1 else None
    if tape is None or watched is None or line not in statements_of(tape.block) or not plain(watched):
        return None
    place = _place(tape, frozenset((tree.code(watched),)))
    own = statements_of(tape.block).index(line) if isinstance(line, cst.SimpleStatementLine) else 0
    if place is None or place >= own:
        return None
    added = _with(tree, [tree.code(late)], place)
    return tree.change({line: cst.RemoveFromParent(), tape.block: added})


def _place(tape: Tape, names: frozenset[str]) -> int | None:
    """Behind the last plain assignment of what is to be watched; None where it is bound deeper inside."""
    binding = [n for n, one in enumerate(statements_of(tape.block)) if touches(rebinds(one), names)]
    last = binding[-1] + 1 if binding else 0
    simple = all(isinstance(tape.block.body[n], cst.SimpleStatementLine) for n in binding)
    return last if simple else None


def _with(tree: Tree, lines: list[str], place: int) -> Replacement:
    def filled(node: cst.CSTNode) -> Change:
        block = cst.ensure_type(node, cst.IndentedBlock)
        new = [statement for line in lines for statement in tree.statements(line)]
        behind = [*block.body[place:]]
        if place == 0 and isinstance(behind[0], Statement):
            behind[0] = closed_up(behind[0])
        return block.with_changes(body=[*block.body[:place], *new, *behind])

    return filled
