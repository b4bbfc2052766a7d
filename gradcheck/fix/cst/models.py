"""Models and their lists of variables: `encoder.trainable_variables`, and which model a weight belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from gradcheck.fix.cst.calls import is_method
from gradcheck.fix.cst.flow import reads, rebinds
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Tree
from gradcheck.report.finding import Finding, Location

LISTS = ("trainable_variables", "trainable_weights", "variables", "weights")


def lists_in(tree: Tree, node: cst.CSTNode) -> Iterator[cst.Attribute]:
    """Every list of a model's variables inside an expression."""
    return (one for one in tree.every(cst.Attribute, node) if one.attr.value in LISTS)


def compiles(tree: Tree) -> Iterator[cst.Call]:
    """The calls of a model's `compile`."""
    calls = (call for call in tree.every(cst.Call) if isinstance(call.func, cst.Attribute))
    yield from (call for call in calls if dotted(call.func) != "re.compile" and is_method(call, "compile"))


def owner_of(tree: Tree, finding: Finding, called: Iterable[str], listed: Iterable[str]) -> str | None:
    """The one model, of those that are called, that holds the weights of a finding; of several that are made
    alike the one that is not listed yet."""
    made = [code for code in called if _holds(tree, code, finding)]
    if len(made) > 1:
        made = [code for code in made if code not in {*listed}]
    return made[0] if len(made) == 1 else None


def feeds(tree: Tree, block: cst.CSTNode, source: str, sink: str) -> bool | None:
    """Whether, in a block, a model is called on what another one gave; None if that is not called there."""
    calls = [call for call in tree.every(cst.Call, block) if tree.code(call.func) == source]
    if not calls:
        return None
    given = {*map(id, calls)}
    named: set[str] = set()
    for assign in tree.every(cst.Assign, block):
        if _gives(tree, assign.value, given, named):
            named |= rebinds(assign)
    sinks = (call for call in tree.every(cst.Call, block) if tree.code(call.func) == sink)
    return any(_gives(tree, argument, given, named) for call in sinks for argument in call.args)


def _gives(tree: Tree, node: cst.CSTNode, calls: set[int], named: set[str]) -> bool:
    return bool(reads(node) & named) or any(id(call) in calls for call in tree.every(cst.Call, node))


def variable_of(tree: Tree, finding: Finding, place: cst.CSTNode) -> list[str]:
    """The names of a finding's weights, if they are variables that a place sees: at the top of the module, or
    of a function around it."""
    labels = [weight.label for weight in finding.weights]
    around = [tree.module, *(one for one in tree.above(place) if isinstance(one, cst.FunctionDef))]
    made = (target for target, value in assignments(tree) if _makes_variable(tree, value))
    known = {tree.code(target) for target in made if function_of(tree, target) in around}
    each = len(set(labels)) == len(labels)
    return labels if each and all(label.isidentifier() and label in known for label in labels) else []


def _makes_variable(tree: Tree, value: cst.BaseExpression) -> bool:
    """Whether an expression calls something by a name that may be a variable's: no model, no layer."""
    return isinstance(value, cst.Call) and tree.code(value.func).rpartition(".")[2].endswith("Variable")


def assignments(tree: Tree) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """Every target and its value, with `a, b = x, y` taken apart."""
    for assign in tree.every(cst.Assign):
        for one in assign.targets:
            target, value = one.target, assign.value
            if isinstance(target, cst.Tuple) and isinstance(value, cst.Tuple):
                both = zip(target.elements, value.elements, strict=False)
                yield from ((left.value, right.value) for left, right in both)
            elif isinstance(target, cst.BaseExpression):
                yield target, value


def given_to(tree: Tree, name: str) -> list[cst.BaseExpression]:
    """All that a file gives a name, or an attribute."""
    return [value for target, value in assignments(tree) if tree.code(target) == name]


def _holds(tree: Tree, code: str, finding: Finding) -> bool:
    """Whether every weight is born in what the model is made of: its assignment, the function or class that
    it calls, or the layers between its ends."""
    values = given_to(tree, code)
    parts = [*values, *_made_by(tree, values[0]), *_between(tree, values[0])] if len(values) == 1 else []
    return bool(parts) and all(
        any(_within(tree, weight.birth, part) for part in parts) for weight in finding.weights
    )


def _made_by(tree: Tree, value: cst.CSTNode) -> Iterator[cst.CSTNode]:
    called = {call.func.value for call in tree.every(cst.Call, value) if isinstance(call.func, cst.Name)}
    makers = (one for one in tree.nodes if isinstance(one, cst.FunctionDef | cst.ClassDef))
    return (one for one in makers if one.name.value in called)


def _between(tree: Tree, value: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What the ends of `Model(inputs, outputs)` were computed by, in the lines before it."""
    if not isinstance(value, cst.Call) or tree.code(value.func).rpartition(".")[2] != "Model":
        return
    needed, line, function = reads(value), tree.line(value), function_of(tree, value)
    for assign in reversed([*tree.every(cst.Assign)]):
        here = function_of(tree, assign) is function and tree.line(assign) < line
        if here and not needed.isdisjoint(rebinds(assign)):
            needed = needed - rebinds(assign) | reads(assign.value)
            yield assign.value


def _within(tree: Tree, birth: Location, node: cst.CSTNode) -> bool:
    spot = tree.ranges[node]
    start, end = (spot.start.line, spot.start.column), (spot.end.line, spot.end.column)
    return start <= (birth.line, birth.column - 1) < end
