"""Compute in `call()` what is put into another layer once, while this one is built."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import closed_up, indented, statements_of
from gradcheck.fix.cst.classes import Method, family, method_around, methods, on_this
from gradcheck.fix.cst.docstrings import first_statement
from gradcheck.fix.cst.places import before
from gradcheck.fix.cst.reading import bound, dotted, read
from gradcheck.fix.cst.setup_lines import creates, line_of, lucky
from gradcheck.fix.cst.tree import Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CAPTURED, Kind.CAPTURED_BY_OBJECT),
    title="Compute it at the start of call()",
    safe=True,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`self.layer.kernel = ...` in `build()`, or the helper that does it, moves to the start of `call()`."""
    node = tree.find(finding.location, cst.BaseExpression)
    method = method_around(tree, node) if node else None
    line = line_of(tree.statement(node), method.this) if node and method else None
    if method is None or line is None or not _elsewhere(line.target, method):
        return None
    if creates(tree, line.value) or lucky(tree, line.value):
        return None
    moved = _in_setup(tree, method, line.node) or _helper_call(tree, method)
    block = indented(methods(method.owner)["call"]) if "call" in methods(method.owner) else None
    first = first_statement(block) if block else None
    above = tree.parent(moved) if moved else None
    if moved is None or first is None or not isinstance(above, cst.IndentedBlock) or len(above.body) < 2:
        return None
    return tree.change({moved: cst.RemoveFromParent(), first: before(closed_up(moved))})


def _elsewhere(target: cst.BaseExpression, method: Method) -> bool:
    """Whether a target is an attribute of another object that an attribute holds."""
    chain = dotted(target).split(".")
    return len(chain) > 2 and chain[0] == method.this


def _in_setup(tree: Tree, method: Method, line: Statement) -> Statement | None:
    """The line itself, if it stands in the constructor or `build()` and needs none of its locals."""
    if method.name not in ("__init__", "build") or tree.parent(line) is not method.function.body:
        return None
    local = {name for one in tree.every(cst.AssignTarget, method.function) for name in bound(one.target)}
    local |= bound(method.function.params) - {method.this}
    return None if any(name.value in local for name in read(line)) else line


def _helper_call(tree: Tree, method: Method) -> Statement | None:
    """The one line that calls the method that does nothing else."""
    block = indented(method.function)
    related = family(tree, method.owner)
    others = [one for one in related if one is not method.owner and method.name in methods(one)]
    if block is None or others or first_statement(block) is not statements_of(block)[-1]:
        return None
    uses = [node for node in tree.every(cst.Attribute) if node.attr.value == method.name]
    statement = tree.statement(uses[0]) if len(uses) == 1 else None
    around = method_around(tree, uses[0]) if statement else None
    if statement is None or around is None or around.name not in ("__init__", "build"):
        return None
    alone = tree.code(statement).strip().endswith(f"{around.this}.{method.name}()")
    return statement if alone and on_this(tree, uses[0]) is method.owner else None
