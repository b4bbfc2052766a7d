"""Use the result that was computed and forgotten, where another name stands in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.flow import reads, rebinds
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.tapes import asked_by, opens
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.cst.unread import unread
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.WRONG_VARIABLES, Kind.NOT_IN_LOSS),
    title="Use the result that nothing reads",
    safe=False,
    keeps_value=False,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """Exactly one name is bound beside the loss and never read, and exactly one place asks for it."""
    node = tree.find(finding.location, cst.BaseExpression)
    around = next((one for one in tree.above(node) if _records(one)), None) if node else None
    asked = asked_by(tree, finding.location) if around is None else None
    block = asked[1].block if asked else around
    forgotten = [*unread(tree, block)] if block else []
    if block is None or len(forgotten) != 1:
        return None
    below = [*_read_below(tree, asked[0].args[0] if asked else block, forgotten[0])]
    for ways in (_twice, _sibling, _alike):
        places = [*ways(tree, forgotten[0], below)]
        if places:
            return tree.change({places[0]: cst.Name(forgotten[0].value)}) if len(places) == 1 else None
    return None


def _records(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.With) and any(opens(item.item) for item in node.items)


def _read_below(tree: Tree, around: cst.CSTNode, name: cst.Name) -> Iterator[cst.Name]:
    """The names that are read in the block behind the forgotten one."""
    targets = {one for assign in tree.every(cst.AssignTarget, around) for one in tree.every(cst.Name, assign)}
    for one in tree.every(cst.Name, around):
        if (
            tree.line(one) > tree.line(name)
            and one not in targets
            and one in {*uses(tree, one.value, around)}
        ):
            yield one


def _twice(tree: Tree, name: cst.Name, below: list[cst.Name]) -> Iterator[cst.Name]:
    """`x - x` and `mse(y, y)`: a thing compared with itself. A loss takes the truth first."""
    for one in below:
        above = tree.parent(one)
        if isinstance(above, cst.BinaryOperation) and above.left is one and above.right.deep_equals(one):
            yield one
        call = tree.parent(above) if isinstance(above, cst.Arg) else None
        pair = call.args if isinstance(call, cst.Call) and len(call.args) == 2 else ()
        if pair and pair[1] is above and pair[0].value.deep_equals(one):
            yield one


def _sibling(tree: Tree, name: cst.Name, below: list[cst.Name]) -> Iterator[cst.Name]:
    """`out_a` beside `y_b` where `out_b` is never read; `critic_tape.gradient(actor_loss)` where it is
    `critic_loss`."""
    made = rebinds(_block_of(tree, name))
    for one in (one for one in below if one.value in made):
        pair = _one_word_apart(name.value, one.value)
        beside = {word for read in reads(_nearest(tree, one)) if read != one.value for word in _words(read)}
        if pair and pair[0] in beside and pair[1] not in beside:
            yield one


def _block_of(tree: Tree, name: cst.Name) -> cst.CSTNode:
    return tree.enclosing(name, cst.IndentedBlock) or tree.module


def _one_word_apart(name: str, other: str) -> tuple[str, str] | None:
    """The words in which two names of equally many words differ, if it is one."""
    pairs = [*zip(_words(name), _words(other), strict=False)]
    apart = [pair for pair in pairs if pair[0] != pair[1]]
    same_length = len(_words(name)) == len(_words(other)) == len(pairs)
    return apart[0] if same_length and len(pairs) > 1 and len(apart) == 1 else None


def _words(name: str) -> list[str]:
    return re.split(r"[._]", name)


def _nearest(tree: Tree, node: cst.CSTNode) -> cst.CSTNode:
    """The smallest operation or call with more than one operand around a name."""
    for above in tree.above(node):
        if isinstance(above, cst.BinaryOperation) or (isinstance(above, cst.Call) and len(above.args) > 1):
            return above
    return node


def _alike(tree: Tree, name: cst.Name, below: list[cst.Name]) -> Iterator[cst.Name]:
    """`actions` where `new_actions` is never read: a name that is part of the other."""
    words = name.value.split("_")
    made = reads(tree.enclosing(name, cst.Assign) or name)
    for one in below:
        part = one.value.split("_")
        same = function_of(tree, one) is function_of(tree, name)
        if same and one.value not in made and len(part) < len(words) and {*part} <= {*words}:
            yield one
