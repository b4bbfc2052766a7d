"""Freeze the layers of the backbone alone, not those of the model that was built on it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.flags import flag_of
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.FROZEN,),
    title="Freeze the layers of the backbone alone",
    safe=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`for layer in model.layers` becomes `for layer in base.layers`, where `model` is made of `base`."""
    flag = flag_of(tree, finding.location)
    loop = tree.enclosing(flag, cst.For) if flag else None
    listed = loop.iter if loop is not None else None
    if loop is None or not isinstance(listed, cst.Attribute) or listed.attr.value != "layers":
        return None
    made = bound_to(tree, listed.value)
    scope = function_of(tree, loop)
    if not isinstance(made, cst.Call) or function_of(tree, made) is not scope:
        return None
    if names(tree).called(made) not in ("keras.Model", "keras.models.Model"):
        return None
    bases = {*_bases(tree, made, scope)}
    base = next(iter(bases)) if len(bases) == 1 else None
    if base is None or base == tree.code(listed.value):
        return None
    return tree.change({listed.value: cst.Name(base)})


def _bases(tree: Tree, made: cst.Call, scope: cst.CSTNode) -> Iterator[str]:
    """The models that a model is made of: by their `input`, or by a call of a ready-made one."""
    inputs = argument(made, 0, "inputs")
    if isinstance(inputs, cst.Attribute) and inputs.attr.value in ("input", "inputs"):
        yield from (one.value for one in [inputs.value] if isinstance(one, cst.Name))
    for call in tree.every(cst.Call, scope):
        if isinstance(call.func, cst.Name) and _is_ready_made(tree, call.func):
            yield call.func.value
    yield from _read_outputs(tree, scope)


def _is_ready_made(tree: Tree, name: cst.Name) -> bool:
    return names(tree).called(bound_to(tree, name)).startswith("keras.applications.")


def _read_outputs(tree: Tree, scope: cst.CSTNode) -> Iterator[str]:
    """The ready-made models whose own output something goes on from: `base.output`."""
    for one in tree.every(cst.Attribute, scope):
        if one.attr.value in ("output", "outputs") and isinstance(one.value, cst.Name):
            yield from [one.value.value] if _is_ready_made(tree, one.value) else ()
