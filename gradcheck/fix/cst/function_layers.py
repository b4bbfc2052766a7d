"""A function that uses weights and layers as a layer class that owns them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import libcst as cst

from gradcheck.fix.cst.added_weights import as_weight, is_variable
from gradcheck.fix.cst.layers import layer_base, makes_layer
from gradcheck.fix.cst.reading import attribute, bound, read
from gradcheck.fix.cst.setup_lines import Line, line_of
from gradcheck.fix.cst.tree import Replacement, Tree, changed

Function = cst.FunctionDef | cst.Lambda


def layer_class(
    tree: Tree, name: str, parameters: Sequence[str], setup: Iterable[str], call: cst.FunctionDef
) -> cst.ClassDef | None:
    """A layer with a constructor of these lines, and a `call()`; None if the file has no name for a layer."""
    base = layer_base(tree)
    if base is None:
        return None
    unit = tree.module.default_indent
    lines = ["super().__init__(**kwargs)", *setup]
    head = f"def __init__({', '.join(['self', *parameters, '**kwargs'])}):\n"
    made = tree.statements(head + "".join(_indented(line, unit) for line in lines))[0]
    body = cst.IndentedBlock([made, call.with_changes(leading_lines=[cst.EmptyLine(indent=False)])])
    return cst.ClassDef(cst.Name(name), body, [cst.Arg(tree.expression(base))])


def _indented(code: str, unit: str) -> str:
    return "".join(f"{unit}{line}\n" for line in code.splitlines())


def as_call(tree: Tree, function: Function, own: Mapping[str, str]) -> cst.FunctionDef | None:
    """A function as the method `call()`, in which some names are attributes of the layer."""
    parameters = function.params
    plain = not (parameters.kwonly_params or parameters.star_kwarg or parameters.posonly_params)
    if not plain or "self" in bound(parameters) or any(name in bound(parameters) for name in own):
        return None
    places: dict[cst.CSTNode, Replacement] = {
        name: attribute(f"self.{own[name.value]}").with_changes(lpar=name.lpar, rpar=name.rpar)
        for name in read(function.body)
        if name.value in own
    }
    with_self = parameters.with_changes(params=[cst.Param(cst.Name("self")), *parameters.params])
    if isinstance(function, cst.FunctionDef):
        made = changed(function, places) if places else function
        return made.with_changes(name=cst.Name("call"), params=with_self)
    value = tree.expression(tree.code(function.body, places))
    line = cst.SimpleStatementLine([cst.Return(value)])
    return cst.FunctionDef(cst.Name("call"), with_self, cst.IndentedBlock([line]))


def camel(name: str) -> str:
    """`apply_gate` as the name of a class."""
    return "".join(word[:1].upper() + word[1:] for word in name.strip("_").split("_"))


def rebound(tree: Tree, function: Function, own: Iterable[str]) -> bool:
    """Whether a function binds one of these names itself."""
    taken = {*own}
    for node in tree.every(cst.CSTNode, function.body):
        target = getattr(node, "target", None) if not isinstance(node, cst.CompFor) else None
        if target is not None and bound(target) & taken:
            return True
        if isinstance(node, cst.Global | cst.Nonlocal | cst.Lambda | cst.FunctionDef):
            return True
    return False


def captured_lines(tree: Tree, function: Function) -> Iterator[Line]:
    """The module's lines that make a variable or a layer that a function uses."""
    needed = {one.value for one in read(function.body)}
    for statement in tree.module.body:
        line = line_of(statement, "")
        named = line and isinstance(line.target, cst.Name) and line.target.value in needed
        if line and named and (is_variable(tree, line.value) or makes_layer(tree, line.value)):
            yield line


def name_of(line: Line) -> str:
    """The name that such a line binds."""
    return next(iter(line.names))


def weight_of(tree: Tree, line: Line) -> str:
    """The code that adds the weight; empty for a layer."""
    if not is_variable(tree, line.value):
        return ""
    weight = as_weight(tree, cst.ensure_type(line.value, cst.Call), name_of(line), "self")
    return tree.code(weight) if weight else ""
