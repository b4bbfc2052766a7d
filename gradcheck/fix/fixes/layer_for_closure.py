"""Make a layer of a function that makes layers or variables and returns a function that uses them."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.added_weights import is_variable
from gradcheck.fix.cst.bodies import indented, statements_of
from gradcheck.fix.cst.docstrings import first_statement
from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.function_layers import (
    Function,
    as_call,
    camel,
    layer_class,
    name_of,
    rebound,
    weight_of,
)
from gradcheck.fix.cst.layers import makes_layer
from gradcheck.fix.cst.reading import bound, read
from gradcheck.fix.cst.setup_lines import Line, line_of
from gradcheck.fix.cst.tree import Replacement, Tree, changed
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Make a layer of the function that holds them",
    safe=False,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`def block(n): dense = Dense(n); return lambda x: dense(x)` becomes a layer class `Block`."""
    made = tree.find(
        finding.location, cst.Call, lambda call: makes_layer(tree, call) or is_variable(tree, call)
    )
    factory = tree.enclosing(made, cst.FunctionDef) if made else None
    block = indented(factory) if factory else None
    if factory is None or block is None or tree.parent(factory) is not tree.module or factory.decorators:
        return None
    parts = _parts(block, tree)
    calls = _calls(tree, factory)
    name = camel(factory.name.value)
    if parts is None or not calls or any(uses(tree, name, tree.module)):
        return None
    layer = _layer(tree, name, factory, *parts)
    if layer is None:
        return None
    renamed: dict[cst.CSTNode, Replacement] = {one: cst.Name(name) for one in calls}
    body = layer.body
    if first_statement(block) is not statements_of(block)[0]:
        setup, call = cst.ensure_type(body, cst.IndentedBlock).body
        apart = cst.ensure_type(setup, cst.FunctionDef).with_changes(
            leading_lines=[cst.EmptyLine(indent=False)]
        )
        body = body.with_changes(body=[block.body[0], apart, call])
    above = factory.leading_lines
    return tree.change({**renamed, factory: layer.with_changes(leading_lines=above, body=body)})


def _parts(block: cst.IndentedBlock, tree: Tree) -> tuple[list[Line], Function] | None:
    """The lines that make layers and variables and the function that is returned, if there is nothing else
    but attributes of that function by the same names, which the layer has by itself."""
    first, statements = first_statement(block), [*statements_of(block)]
    statements = statements[statements.index(first) :] if first is not None else []
    if not statements or "#" in tree.code(block):
        return None
    last = statements.pop()
    node = last.body[0] if isinstance(last, cst.SimpleStatementLine) else None
    value = node.value if isinstance(node, cst.Return) else None
    inner: Function | None = value if isinstance(value, cst.Lambda) else None
    while isinstance(value, cst.Name) and statements and _shows(statements[-1], value.value):
        statements.pop()
    if isinstance(value, cst.Name) and statements and isinstance(statements[-1], cst.FunctionDef):
        function = statements.pop()
        assert isinstance(function, cst.FunctionDef)
        inner = function if function.name.value == value.value and not function.decorators else None
    lines = [line_of(one, "") for one in statements]
    found = [line for line in lines if line is not None and isinstance(line.target, cst.Name)]
    return (found, inner) if inner is not None and len(found) == len(lines) else None


def _shows(statement: cst.CSTNode, function: str) -> bool:
    """`swish.beta = beta`."""
    line = line_of(statement, function)
    return line is not None and isinstance(line.value, cst.Name) and line.attributes == (line.value.value,)


def _calls(tree: Tree, factory: cst.FunctionDef) -> list[cst.Name] | None:
    """The names by which the function is called; None if it is used in another way."""
    found = [one for one in uses(tree, factory.name.value, tree.module) if one is not factory.name]
    called = [one for one in found if getattr(tree.parent(one), "func", None) is one]
    return found if len(found) == len(called) else None


def _layer(
    tree: Tree, name: str, factory: cst.FunctionDef, lines: list[Line], inner: Function
) -> cst.ClassDef | None:
    parameters = bound(factory.params)
    simple = len(factory.params.params) == len(parameters) and "self" not in parameters
    local = [one for line in lines for one in sorted(line.names)]
    needed = {one.value for one in read(inner.body)}
    own = {one: one for one in (*local, *sorted(parameters)) if one in needed or one in local}
    if not simple or rebound(tree, inner, own) or len({*local}) < len(local) or parameters & {*local}:
        return None
    call = as_call(tree, inner, own)
    kept = [f"self.{one} = {one}" for one in sorted(parameters & needed)]
    made = [_set(tree, line, {*local}) for line in lines]
    if call is None or not all(made):
        return None
    return layer_class(tree, name, _signature(tree, factory), [*kept, *made], call)


def _set(tree: Tree, line: Line, local: set[str]) -> str:
    """A line that sets an attribute where it set a local; empty for a variable that is no clear weight."""
    if is_variable(tree, line.value):
        alone = not local & {one.value for one in read(line.value)}
        weight = weight_of(tree, line) if alone else ""
        return f"self.{name_of(line)} = {weight}" if weight else ""
    places: dict[cst.CSTNode, Replacement] = {
        one: cst.Attribute(cst.Name("self"), cst.Name(one.value))
        for one in read(line.value)
        if one.value in local
    }
    value = tree.code(changed(line.value, places)) if places else tree.code(line.value)
    return f"self.{name_of(line)} = {value}"


def _signature(tree: Tree, factory: cst.FunctionDef) -> list[str]:
    return [tree.code(one.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for one in factory.params.params]
