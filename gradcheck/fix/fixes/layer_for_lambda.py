"""Make a layer of a function in a Lambda layer: then it owns the weights and layers that it uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from gradcheck.fix.cst.added_weights import is_variable
from gradcheck.fix.cst.bodies import closed_up
from gradcheck.fix.cst.calls import keyword
from gradcheck.fix.cst.expressions import fresh, uses
from gradcheck.fix.cst.function_layers import (
    Function,
    as_call,
    camel,
    captured_lines,
    layer_class,
    name_of,
    rebound,
    weight_of,
)
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.setup_lines import Line, line_of
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Make a layer of the function in the Lambda layer",
    safe=False,
    rank=2,
)
_Changes = dict[cst.CSTNode, Replacement]


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Lambda(f)` becomes `F()`, a layer with the weights and layers that `f` takes from around it."""
    node = tree.find(finding.location, cst.BaseExpression)
    function = next((one for one in tree.above(node) if isinstance(one, Function)), None) if node else None
    made = _wrapping(tree, function) if function else None
    if function is None or made is None or tree.parent(tree.statement(made) or made) is not tree.module:
        return None
    captured = [*captured_lines(tree, function)]
    kept = {line: weight_of(tree, line) for line in captured}
    if not captured or rebound(tree, function, [name_of(line) for line in captured]):
        return None
    weights = {line: code for line, code in kept.items() if code}
    parts = [line for line in captured if line not in weights]
    return _rewritten(tree, function, made, weights, parts)


def _wrapping(tree: Tree, function: Function) -> cst.Call | None:
    """The one Lambda layer around a function that is used nowhere else."""
    found = [call for call in tree.every(cst.Call) if names(tree).called(call) == "keras.layers.Lambda"]
    if isinstance(function, cst.Lambda):
        return next((call for call in found if call.args and call.args[0].value is function), None)
    used = [one for one in uses(tree, function.name.value, tree.module) if one is not function.name]
    around = [call for call in found if call.args and any(call.args[0].value is one for one in used)]
    plain = not function.decorators and tree.parent(function) is tree.module
    return around[0] if len(used) == len(around) == 1 and plain else None


def _rewritten(
    tree: Tree, function: Function, made: cst.Call, weights: dict[Line, str], parts: Sequence[Line]
) -> cst.Module | None:
    if any(is_variable(tree, line.value) for line in parts):
        return None
    own = {name_of(line): name_of(line) for line in (*weights, *parts)}
    given = [name_of(line) for line in parts]
    setup = [f"self.{one} = {one}" for one in given]
    setup += [f"self.{name_of(line)} = {code}" for line, code in weights.items()]
    call = as_call(tree, function, own)
    name = _class_name(tree, function, made)
    layer = layer_class(tree, name, given, setup, call) if call and name else None
    if layer is None:
        return None
    owner = _owner(tree, made)
    elsewhere = _elsewhere(tree, function, made, weights, owner)
    if elsewhere is None or not owner:
        return None
    changes = _used(tree, function, made, layer, given, owner if elsewhere else "")
    gone: _Changes = {line.node: cst.RemoveFromParent() for line in weights}
    return tree.change({**changes, **elsewhere, **gone})


def _class_name(tree: Tree, function: Function, made: cst.Call) -> str:
    """A name for the class: the function's, else the layer's."""
    word = function.name.value if isinstance(function, cst.FunctionDef) else _given_name(made)
    return fresh(tree, tree.module, camel(word), camel(word) + "Layer") or "" if word.isidentifier() else ""


def _owner(tree: Tree, made: cst.Call) -> str:
    """What the layer is called in the module, so that its weights can be reached."""
    line = line_of(tree.statement(made), "")
    if line and line.value is made and isinstance(line.target, cst.Name):
        return line.target.value
    word = _given_name(made) or "layer"
    return fresh(tree, tree.module, word, f"{word}_layer") or ""


def _given_name(made: cst.Call) -> str:
    """The `name` that a layer is given; empty where it is no plain text."""
    given = keyword(made, "name")
    return str(given.value.evaluated_value) if given and isinstance(given.value, cst.SimpleString) else ""


def _used(
    tree: Tree, function: Function, made: cst.Call, layer: cst.ClassDef, given: Sequence[str], owner: str
) -> _Changes:
    """The class where the function was, and the layer where the Lambda layer was: on a line of its own, if it
    needs a name."""
    kept = [f"{word}={tree.code(value)}" for word, value in _kept(made)]
    new = tree.expression(f"{layer.name.value}({', '.join([*given, *kept])})")
    line = cst.ensure_type(tree.statement(made), cst.SimpleStatementLine)
    named = owner and getattr(line.body[0], "value", None) is not made
    before: list[cst.CSTNode] = []
    if isinstance(function, cst.Lambda):
        before.append(layer.with_changes(leading_lines=_GAP))
    if named:
        before += tree.statements(f"{owner} = {tree.code(new)}")
    changes: _Changes = {made: cst.Name(owner) if named else new}
    if isinstance(function, cst.FunctionDef):
        changes[function] = layer.with_changes(leading_lines=function.leading_lines)
    return {**changes, line: _led(before, line)} if before else changes


_GAP = [cst.EmptyLine(indent=False)] * 2


def _led(before: list[cst.CSTNode], line: cst.SimpleStatementLine) -> Replacement:
    """A line with others before it: the first takes over the space above it, a class has space around it."""
    comments = closed_up(line).leading_lines
    is_class = isinstance(before[0], cst.ClassDef)
    gap: Sequence[cst.EmptyLine] = _GAP if is_class else []
    if not is_class:
        before = [before[0].with_changes(leading_lines=line.leading_lines), *before[1:]]
        comments = ()
    elif len(before) > 1:
        before = [before[0], before[1].with_changes(leading_lines=[*_GAP, *comments])]
        gap, comments = [], ()

    def led(after: cst.CSTNode) -> cst.FlattenSentinel[cst.CSTNode]:
        return cst.FlattenSentinel([*before, after.with_changes(leading_lines=[*gap, *comments])])

    return led


def _kept(made: cst.Call) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The arguments of the Lambda layer that every layer takes."""
    for one in made.args:
        if one.keyword and one.keyword.value in ("name", "dtype", "trainable"):
            yield one.keyword.value, one.value


def _elsewhere(
    tree: Tree, function: Function, made: cst.Call, weights: dict[Line, str], owner: str
) -> _Changes | None:
    """Other uses of the weights, which the layer owns now: it must have been made before."""
    changes: _Changes = {}
    for weight in weights:
        for one in uses(tree, name_of(weight), tree.module):
            inside = function in [*tree.above(one)] or one is weight.target
            if not inside and tree.line(one) <= tree.line(made):
                return None
            if not inside:
                changes[one] = cst.Attribute(cst.Name(owner), cst.Name(name_of(weight)))
    return changes
