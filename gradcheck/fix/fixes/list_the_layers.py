"""Keep layers that Keras does not find in a list too, an attribute that it looks into."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bodies import indented, statements_of
from gradcheck.fix.cst.classes import Method, free_attribute, method_around, methods
from gradcheck.fix.cst.layers import is_layer, makes_layer
from gradcheck.fix.cst.places import behind
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.setup_lines import Line, line_of, lines_of
from gradcheck.fix.cst.tree import Replacement, Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Keep the layers in a list that Keras looks into",
    safe=True,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """Layers in a deque, or in an object of a plain class, are listed once more where they are kept."""
    made = tree.find(finding.weights[0].birth, cst.Call, lambda call: makes_layer(tree, call))
    method = method_around(tree, made) if made else None
    if made is None or method is None:
        return None
    if is_layer(tree, method.owner):
        changes = _listed_deque(tree, method, made)
    else:
        changes = dict(_listed_objects(tree, method.owner))
    return tree.change(changes) if changes else None


def _listed_deque(tree: Tree, method: Method, made: cst.Call) -> dict[cst.CSTNode, Replacement]:
    """`self.x.append(layer)`: `self.x_layers = list(self.x)` behind the statement that fills it."""
    kept = next(
        (one for one in tree.above(made) if isinstance(one, cst.Call) and _appends(one, method)), None
    )
    block = indented(method.function)
    if kept is None or block is None or method.name not in ("__init__", "build"):
        return {}
    owner = cst.ensure_type(cst.ensure_type(kept.func, cst.Attribute).value, cst.Attribute)
    around = [one for one in tree.above(kept) if isinstance(one, Statement)]
    top = next((one for one in around if one in statements_of(block)), None)
    name = free_attribute(tree, f"{owner.attr.value.removesuffix('s')}_layers")
    if top is None or not name or not _filled(method, owner.attr.value):
        return {}
    return {top: behind(*tree.statements(f"{method.this}.{name} = list({tree.code(owner)})"))}


def _appends(call: cst.Call, method: Method) -> bool:
    func = call.func
    return (
        isinstance(func, cst.Attribute)
        and func.attr.value in ("append", "appendleft")
        and isinstance(func.value, cst.Attribute)
        and dotted(func.value.value) == method.this
    )


def _filled(method: Method, attribute: str) -> bool:
    """Whether the attribute is an object that lists as a sequence."""
    lines = [line for line in lines_of(method.function, method.this) if line.attributes == (attribute,)]
    made = [line.value for line in lines if isinstance(line.value, cst.Call)]
    return len(lines) == len(made) == 1 and dotted(made[0].func).rpartition(".")[2] == "deque"


def _listed_objects(tree: Tree, owner: cst.ClassDef) -> Iterator[tuple[cst.CSTNode, Replacement]]:
    """`self.x = Owner(...)` in a layer: a list of the object's layers behind it."""
    attributes = [*dict.fromkeys(_layer_attributes(tree, owner))]
    for call in tree.every(cst.Call) if attributes else ():
        method = method_around(tree, call)
        line = line_of(tree.statement(call), method.this) if method else None
        mine = line and line.value is call and dotted(call.func) == owner.name.value
        if mine and method and line and is_layer(tree, method.owner) and len(line.attributes) == 1:
            yield from _listed(tree, method, line, attributes)


def _listed(
    tree: Tree, method: Method, line: Line, attributes: list[str]
) -> Iterator[tuple[cst.CSTNode, Replacement]]:
    name = free_attribute(tree, f"{line.attributes[0]}_layers")
    parts = ", ".join(f"{method.this}.{line.attributes[0]}.{one}" for one in attributes)
    if name:
        yield line.node, behind(*tree.statements(f"{method.this}.{name} = [{parts}]"))


def _layer_attributes(tree: Tree, owner: cst.ClassDef) -> Iterator[str]:
    """The attributes in which an object keeps layers from the start."""
    own = methods(owner)
    for name in ("__init__", "__post_init__"):
        method = method_around(tree, own[name].body) if name in own else None
        for line in lines_of(method.function, method.this) if method else ():
            if any(makes_layer(tree, call) for call in tree.every(cst.Call, line.value)):
                yield from line.attributes
