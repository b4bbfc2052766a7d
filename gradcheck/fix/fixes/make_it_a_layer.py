"""Make a layer of a `tf.Module`, or of a plain class, that a layer uses: then Keras lists its weights."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.added_weights import as_weight, is_variable, variables
from gradcheck.fix.cst.calls import named
from gradcheck.fix.cst.classes import TAKEN, Method, method_around, methods, with_base
from gradcheck.fix.cst.layers import is_module, layer_base, makes_layer
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.setup_lines import line_of, lines_of
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Make a Keras layer of the class",
    safe=False,
    rank=3,
)
_Changes = dict[cst.CSTNode, Replacement]


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The class becomes a layer, its `__call__` `call`, and its variables weights."""
    method = _maker(tree, finding.weights[0].birth)
    layer = layer_base(tree)
    if method is None or layer is None or not _fits(tree, method.owner):
        return None
    weights = _weights(tree, method.owner)
    if weights is None or not (is_module(tree, method.owner) or not method.owner.bases):
        return None
    changes: _Changes = {**weights, **dict(_renamed(method.owner)), **dict(_named(tree, method.owner))}
    changed = Tree(tree.change(changes).code)
    if not method.owner.bases and method.owner.decorators:
        return None
    return with_base(changed, method.owner.name.value, layer)


def _maker(tree: Tree, birth: Location) -> Method | None:
    """The method that makes the variable, or the layer, that nobody lists: a layer only in the constructor,
    since one that is made later is another fault."""
    call = tree.find(birth, cst.Call, lambda one: is_variable(tree, one) or makes_layer(tree, one))
    method = method_around(tree, call) if call else None
    if call and method and not is_variable(tree, call) and method.name != "__init__":
        return None
    return method


def _fits(tree: Tree, owner: cst.ClassDef) -> bool:
    """Whether the class uses none of the names that layers keep for themselves."""
    own = methods(owner)
    stored = {
        node.target.attr.value
        for node in tree.every(cst.AssignTarget, owner)
        if isinstance(node.target, cst.Attribute)
    }
    return "__init__" in own and not stored & TAKEN and not {*own} & (TAKEN | {"call", "build"})


def _weights(tree: Tree, owner: cst.ClassDef) -> _Changes | None:
    """Every variable of the class as a weight; None if one of them cannot be one."""
    changes: _Changes = {}
    for call in variables(tree, owner):
        method = method_around(tree, call)
        line = line_of(tree.statement(call), method.this) if method else None
        attribute = line.attributes[0] if line and line.value is call and line.attributes else ""
        lines = lines_of(method.function, method.this) if method else ()
        weight = as_weight(tree, call, attribute, method.this, lines) if method else None
        if weight is None or not isinstance(method, Method) or method.name != "__init__":
            return None
        changes[call] = weight
    return changes


def _renamed(owner: cst.ClassDef) -> Iterator[tuple[cst.CSTNode, Replacement]]:
    """`__call__` as `call`, and no name scopes that only a module has."""
    for function in methods(owner).values():
        if function.name.value == "__call__":
            yield function.name, cst.Name("call")
        for decorator in function.decorators:
            if last_name(decorator.decorator) == "with_name_scope":
                yield decorator, cst.RemoveFromParent()


def _named(tree: Tree, owner: cst.ClassDef) -> Iterator[tuple[cst.CSTNode, Replacement]]:
    """`super().__init__(name)` as `super().__init__(name=name)`: a layer takes no positional argument."""
    for call in tree.every(cst.Call, methods(owner)["__init__"]):
        is_base = isinstance(call.func, cst.Attribute) and call.func.attr.value == "__init__"
        if is_base and len(call.args) == 1 and call.args[0].keyword is None and dotted(call.args[0].value):
            yield call.args[0], named(call.args[0], "name")
