"""Copy the gradient of a vector looked up in a codebook to the vector it stands for, past the lookup."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bindings import only_reader
from gradcheck.fix.cst.calls import is_method
from gradcheck.fix.cst.estimator import sibling
from gradcheck.fix.cst.expressions import argument, fresh, uses
from gradcheck.fix.cst.functions import PICKS
from gradcheck.fix.cst.lines import assigned, beside, line_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NO_GRADIENT,),
    title="Copy the gradient past the codebook to what was looked up",
    safe=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A function that returns the codebook's nearest entry returns `x + stop_gradient(entry - x)`."""
    pick = tree.find(finding.location, cst.Call, lambda call: names(tree).called(call) in PICKS)
    index = _index(tree, pick) if pick else None
    function = tree.enclosing(index, cst.FunctionDef) if index else None
    if pick is None or index is None or function is None or not _looks_up(tree, function, index, pick):
        return None
    given = _first_parameter(function)
    stop = sibling(tree, names(tree).called(pick), "stop_gradient")
    result = _returned(tree, function)
    if given is None or stop is None or result is None or given not in _sources(tree, function, index):
        return None
    if isinstance(result, cst.Name):
        new = f"{given} + {stop}({result.value} - {given})"
        return (
            tree.change({result: tree.expression(new)}) if _derived(tree, function, index, result) else None
        )
    return _named(tree, function, result, given, stop)


_LOOKUPS = frozenset({"tf.gather", "tf.nn.embedding_lookup", "keras.ops.take", "keras.backend.gather"})
_PRODUCTS = frozenset({"tf.matmul", "tf.linalg.matmul", "keras.ops.matmul", "keras.backend.dot"})


def _index(tree: Tree, pick: cst.Call) -> cst.BaseExpression | None:
    """Where the index is used, also if a method of its own computes it."""
    index = only_reader(tree, pick)
    if not isinstance(tree.parent(index), cst.Return):
        return index
    function = tree.enclosing(pick, cst.FunctionDef)
    callers = [call for call in tree.every(cst.Call) if function and is_method(call, function.name.value)]
    return only_reader(tree, callers[0]) if len(callers) == 1 else None


def _looks_up(tree: Tree, function: cst.FunctionDef, index: cst.BaseExpression, pick: cst.Call) -> bool:
    """Whether rows are taken, by the index, from the table that the distance was measured to."""
    measured = tree.enclosing(pick, cst.FunctionDef)
    if measured is None:
        return False
    tables = {tree.code(table) for table in _tables(tree, function, index)}
    tables |= {_origin(tree, function, table) for table in tables}
    before = [one for one in _places(tree, measured) if tree.line(one) < tree.line(pick)]
    return any(tree.code(one) in tables for one in (*before, *_places(tree, pick)))


def _places(tree: Tree, function: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    yield from tree.every(cst.Attribute, function)
    yield from tree.every(cst.Name, function)


def _tables(tree: Tree, function: cst.FunctionDef, index: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    for call in tree.every(cst.Call, function):
        called = names(tree).called(call)
        first, second = (
            argument(call, 0, "params", "x", "a", "x1"),
            argument(call, 1, "indices", "ids", "b", "x2"),
        )
        if first is None or second is None:
            continue
        if called in _LOOKUPS and second is index:
            yield first
        if called in _PRODUCTS and _derived(tree, function, index, first):
            yield second


def _origin(tree: Tree, function: cst.FunctionDef, name: str) -> str:
    """What a name was made of, if a library only converted it."""
    for call in tree.every(cst.Call, function):
        line = line_of(tree, call)
        pair = assigned(line) if line else None
        if pair and pair[0].value == name and pair[1] is call and len(call.args) == 1:
            return tree.code(call.args[0].value)
    return name


def _first_parameter(function: cst.FunctionDef) -> str | None:
    listed = [one.name.value for one in function.params.params]
    given = listed[1:] if listed[:1] == ["self"] else listed
    return given[0] if given else None


def _returned(tree: Tree, function: cst.FunctionDef) -> cst.BaseExpression | None:
    """What the function's only return gives back, or gives back first."""
    returns = [
        one for one in tree.every(cst.Return, function) if tree.enclosing(one, cst.FunctionDef) is function
    ]
    value = returns[0].value if len(returns) == 1 else None
    return value.elements[0].value if isinstance(value, cst.Tuple) else value


def _named(
    tree: Tree, function: cst.FunctionDef, result: cst.BaseExpression, given: str, stop: str
) -> cst.Module | None:
    """A lookup that is returned as it is gets a name first."""
    line = line_of(tree, result)
    name = fresh(tree, function, "quantized", "entry")
    if line is None or name is None or names(tree).called(result) not in _LOOKUPS:
        return None
    new = tree.expression(f"{given} + {stop}({name} - {given})")
    return tree.change({result: new, line: beside(tree, [f"{name} = {tree.code(result)}"])})


def _sources(tree: Tree, function: cst.FunctionDef, index: cst.BaseExpression) -> set[str]:
    """Every name that the line which binds the index depends on."""
    lines = [pair for line in tree.every(cst.SimpleStatementLine, function) if (pair := _pair(line))]
    known = {one.value for one in tree.every(cst.Name, index)}
    for target, value in reversed(lines):
        if target.value in known:
            known |= {one.value for one in tree.every(cst.Name, value)}
    return known


def _derived(
    tree: Tree, function: cst.FunctionDef, index: cst.BaseExpression, value: cst.BaseExpression
) -> bool:
    """Whether a value depends on the index."""
    known = {index.value} if isinstance(index, cst.Name) else set()
    for target, bound in (
        pair for line in tree.every(cst.SimpleStatementLine, function) if (pair := _pair(line))
    ):
        if index in [*tree.every(cst.BaseExpression, bound)] or _reads(tree, known, bound):
            known.add(target.value)
    return _reads(tree, known, value)


def _reads(tree: Tree, known: set[str], node: cst.BaseExpression) -> bool:
    return any(next(uses(tree, name, node), None) is not None for name in known)


def _pair(line: cst.SimpleStatementLine) -> tuple[cst.Name, cst.BaseExpression] | None:
    return assigned(line) if len(line.body) == 1 else None
