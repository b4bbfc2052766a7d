"""Call the function that a Lambda layer wraps: then Keras sees the layers in it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.expressions import bare, fitting, plain
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.reading import read
from gradcheck.fix.cst.tree import Tree, changed
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Call the function without a Lambda layer",
    safe=True,
    rank=1,
)
_HARMLESS = {"output_shape", "name", "trainable"}


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Lambda(f)(x)` becomes `f(x)`, where `f` only calls layers and computes with operators."""
    node = tree.find(finding.location, cst.BaseExpression)
    function = next(_functions(tree, node), None) if node else None
    if function is None or not _understood(tree, function):
        return None
    calls = [call for call in tree.every(cst.Call) if _wraps(tree, call, function)]
    made = [(call, _direct(tree, call, function)) for call in calls]
    if not made or any(new is None for _, new in made):
        return None
    return tree.change({call: fitting(tree, call, new) for call, new in made if new})


def _functions(tree: Tree, node: cst.CSTNode) -> Iterator[cst.FunctionDef | cst.Lambda]:
    return (one for one in tree.above(node) if isinstance(one, cst.FunctionDef | cst.Lambda))


def _understood(tree: Tree, function: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether Keras can follow a function: it calls nothing but layers and Keras' own operations."""
    params = function.params
    simple = len(params.params) == 1 and not (params.kwonly_params or params.star_kwarg)
    return simple and all(_followed(tree, call) for call in tree.every(cst.Call, function.body))


def _followed(tree: Tree, call: cst.Call) -> bool:
    if names(tree).called(call).startswith(("keras.ops.", "keras.layers.")):
        return True
    bound = [one.value for one in tree.every(cst.Assign) if len(one.targets) == 1 and _is(one, call.func)]
    made = [names(tree).called(one) for one in bound]
    return bool(made) and all(
        one.startswith(("keras.layers.", "keras.Sequential", "keras.Model")) for one in made
    )


def _is(assign: cst.Assign, name: cst.BaseExpression) -> bool:
    return isinstance(name, cst.Name) and assign.targets[0].target.deep_equals(name)


def _wraps(tree: Tree, call: cst.Call, function: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether a call is one of a Lambda layer around the function."""
    made = call.func
    if not isinstance(made, cst.Call) or names(tree).called(made) != "keras.layers.Lambda" or not made.args:
        return False
    wrapped = made.args[0].value
    if isinstance(function, cst.FunctionDef):
        return isinstance(wrapped, cst.Name) and wrapped.value == function.name.value
    return wrapped is function


def _direct(tree: Tree, call: cst.Call, function: cst.FunctionDef | cst.Lambda) -> str | None:
    """The call without the Lambda layer."""
    made = cst.ensure_type(call.func, cst.Call)
    extra = {one.keyword.value if one.keyword else "" for one in made.args[1:]}
    if not extra <= _HARMLESS or len(call.args) != 1 or call.args[0].star or call.args[0].keyword:
        return None
    value = call.args[0].value
    if isinstance(function, cst.FunctionDef):
        return f"{function.name.value}({tree.code(value)})"
    name = function.params.params[0].name.value
    if not plain(value):
        return None
    return bare(
        tree, changed(function.body, {one: value for one in read(function.body) if one.value == name})
    )
