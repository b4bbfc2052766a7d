"""List a model's variables where they are used, when the model has them."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from gradcheck.fix.cst.bodies import beside, block_of, scope_of, statements_of
from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.flow import parameters, reads, rebinds, single, touches
from gradcheck.fix.cst.tapes import Tape, questions, tapes
from gradcheck.fix.cst.tree import Change, Changes, Replacement, Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__, kinds=(Kind.EMPTY_VARIABLES,), title="List the variables where they are used", safe=True
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A name's line moves behind the tape that computes the loss; an attribute is read from the model."""
    node = tree.find(finding.location, cst.Attribute)
    line = tree.statement(node) if node else None
    small = single(line)
    if line is None or not isinstance(small, cst.Assign) or len(small.targets) != 1:
        return None
    target = small.targets[0].target
    if isinstance(target, cst.Name):
        return _moved(tree, line, target)
    if isinstance(target, cst.Attribute) and _is(target.value, "self"):
        return _read_from_model(tree, line, target, small.value)
    return None


def _moved(tree: Tree, line: Statement, target: cst.Name) -> cst.Module | None:
    """The line goes behind the block of the tape, before the first line that uses the list."""
    scope = scope_of(tree, line)
    used = [one for one in uses(tree, target.value, tree.module) if one is not target]
    for tape in tapes(tree) if not isinstance(scope, cst.ClassDef) else ():
        known = scope_of(tree, tape.around) is scope or isinstance(scope, cst.Module)
        user = _first_user(tree, tape, used) if known and tree.line(tape.around) > tree.line(line) else None
        if user is not None and _same(tree, line, tape):
            return tree.change(_behind(line, user))
    return None


def _first_user(tree: Tree, tape: Tape, used: Sequence[cst.Name]) -> Statement | None:
    """The first statement that reads the list, if all stand behind the tape's block and beside it."""
    block = block_of(tree, tape.around)
    places = [beside(tree, one, block) for one in used] if block else []
    user = next((one for one in statements_of(block) if one in places), None) if block else None
    return user if user and None not in places and tree.line(user) > tree.line(tape.around) else None


def _same(tree: Tree, line: Statement, tape: Tape) -> bool:
    """Whether what the line reads means the same where the tape is, and a question follows."""
    scope = scope_of(tree, tape.around)
    hidden = parameters(scope) if isinstance(scope, cst.FunctionDef) else frozenset[str]()
    inner = rebinds(scope.body) if isinstance(scope, cst.FunctionDef) else frozenset[str]()
    own = scope_of(tree, line) is scope
    return bool(questions(tree, tape)) and (own or not touches(reads(line), hidden | inner))


def _behind(line: Statement, user: Statement) -> Changes:
    def before(node: cst.CSTNode) -> Change:
        assert isinstance(node, Statement)
        moved = line.with_changes(leading_lines=node.leading_lines)
        return cst.FlattenSentinel([moved, node.with_changes(leading_lines=[])])

    return {line: cst.RemoveFromParent(), user: before}


def _read_from_model(
    tree: Tree, line: Statement, target: cst.Attribute, value: cst.BaseExpression
) -> cst.Module | None:
    """Every `self.variables` becomes the list itself, of the model as the object holds it."""
    method = tree.enclosing(line, cst.FunctionDef)
    owner = tree.enclosing(line, cst.ClassDef)
    listed = _bare_list(value)
    named = [
        one for one in tree.every(cst.Attribute) if one.attr.value == target.attr.value and one is not target
    ]
    mine = [one for one in named if _is(one.value, "self") and tree.enclosing(one, cst.ClassDef) is owner]
    others = [one for one in named if one not in mine and one is not listed]
    if method is None or owner is None or listed is None or not mine or others:
        return None
    model = _held(tree, method, listed.value)
    if model is None or any(tree.enclosing(one, cst.FunctionDef) is method for one in mine):
        return None
    new = tree.expression(f"{model}.{listed.attr.value}")
    changes: dict[cst.CSTNode, Replacement] = {one: new.deep_clone() for one in mine}
    return tree.change({**changes, line: cst.RemoveFromParent()})


def _bare_list(value: cst.BaseExpression) -> cst.Attribute | None:
    """`model.trainable_variables` of it or of `list(...)` of it."""
    if isinstance(value, cst.Call) and _is(value.func, "list") and len(value.args) == 1:
        value = value.args[0].value
    return value if isinstance(value, cst.Attribute) else None


def _held(tree: Tree, method: cst.FunctionDef, model: cst.BaseExpression) -> str | None:
    """The model as the object holds it: `self.model`, from `self.model = model`."""
    code = tree.code(model)
    if code.startswith("self."):
        return code
    for assign in tree.every(cst.Assign, method):
        pairs = _pairs(assign)
        found = [target for target, value in pairs if value.deep_equals(model)]
        if found and isinstance(found[0], cst.Attribute) and _is(found[0].value, "self"):
            return tree.code(found[0])
    return None


def _pairs(assign: cst.Assign) -> Sequence[tuple[cst.BaseExpression, cst.BaseExpression]]:
    target, value = assign.targets[0].target, assign.value
    if isinstance(target, cst.Tuple) and isinstance(value, cst.Tuple):
        both = zip(target.elements, value.elements, strict=False)
        return [(one.value, other.value) for one, other in both]
    return [(target, value)] if isinstance(target, cst.Attribute | cst.Name) else []


def _is(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name
