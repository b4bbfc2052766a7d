"""Make a layer once that `call()` makes anew each time: in the constructor, or in `build()`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import libcst as cst

from gradcheck.fix.cst.bodies import indented, statements_of
from gradcheck.fix.cst.calls import keyword
from gradcheck.fix.cst.classes import Method, free_attribute, method_around, methods
from gradcheck.fix.cst.docstrings import first_statement
from gradcheck.fix.cst.layers import is_layer, makes_layer
from gradcheck.fix.cst.places import above, before, behind
from gradcheck.fix.cst.reading import bound, read
from gradcheck.fix.cst.setup_lines import line_of
from gradcheck.fix.cst.shapes import shapes_in
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Replacement, Statement, Tree, changed
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Make the layer once, in an attribute",
    safe=False,
    keeps_value=False,
    rank=4,
)
_LATER = (cst.Lambda, cst.BaseComp, cst.For, cst.While, cst.IfExp, cst.FunctionDef)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Dense(3)(x)` in `call()` becomes `self.dense(x)`."""
    made = tree.find(finding.location, cst.Call, lambda call: _makes_object(tree, call))
    method = method_around(tree, made) if made else None
    if made is None or method is None or method.name != "call" or not is_layer(tree, method.owner):
        return None
    above = [one for one in tree.above(made) if one is not method.function]
    inside = above[: above.index(method.function.body)] if method.function.body in above else above
    if any(isinstance(one, _LATER) for one in inside) or not _called(tree, made):
        return None
    name = _free(tree, _wish(tree, method, made))
    shapes = dict(shapes_in(tree, method, made, _shape_name(method)))
    if not name or not _independent(tree, method, made, shapes):
        return None
    code = tree.code(changed(made, shapes))
    place = _place(tree, method, f"{method.this}.{name} = {code}", in_build=bool(shapes))
    return tree.change({made: tree.expression(f"{method.this}.{name}"), **place}) if place else None


def _makes_object(tree: Tree, call: cst.Call) -> bool:
    """Whether a call makes a layer, and not a function of the same home."""
    return makes_layer(tree, call) and last_name(call.func)[:1].isupper()


def _called(tree: Tree, made: cst.Call) -> bool:
    """Whether the layer is called where it is made, or named to be called."""
    above = tree.parent(made)
    named = isinstance(above, cst.Assign) and all(isinstance(one.target, cst.Name) for one in above.targets)
    return named or (isinstance(above, cst.Call) and above.func is made)


def _wish(tree: Tree, method: Method, made: cst.Call) -> str:
    """What to call the layer: as its `name` says, as the local that holds it, or as its class."""
    given = keyword(made, "name")
    if (
        given
        and isinstance(given.value, cst.SimpleString)
        and str(given.value.evaluated_value).isidentifier()
    ):
        return str(given.value.evaluated_value)
    line = line_of(tree.statement(made), method.this)
    if line and isinstance(line.target, cst.Name) and line.value is made:
        return line.target.value
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last_name(made.func)).lower()


def _free(tree: Tree, wish: str) -> str:
    """A free name like the wished one; of several layers of a class the later ones are numbered."""
    numbered = (wish, *(f"{wish}_{number}" for number in range(2, 10)))
    return next((one for one in numbered if free_attribute(tree, one) == one), "")


def _shape_name(method: Method) -> str:
    """What `build()` calls the shape of the input."""
    build = methods(method.owner).get("build")
    parameters = build.params.params if build else ()
    return parameters[1].name.value if len(parameters) > 1 else "input_shape"


def _independent(tree: Tree, method: Method, made: cst.Call, shapes: Mapping[cst.CSTNode, object]) -> bool:
    """Whether the layer's arguments need nothing else of the call."""
    inside = {id(one) for shape in shapes for one in tree.every(cst.Name, shape)}
    needed = {one.value for one in read(made) if id(one) not in inside}
    local = {name for one in tree.every(cst.AssignTarget, method.function) for name in bound(one.target)}
    return not needed & (local | bound(method.function.params) - {method.this})


def _place(tree: Tree, method: Method, code: str, *, in_build: bool) -> dict[cst.CSTNode, Replacement] | None:
    """The line at the end of the constructor; or first in `build()`, which is written if there is none."""
    own = methods(method.owner)
    home = own.get("build") if in_build else own.get("__init__") or own.get("build")
    if home is None:
        head = f"def build({method.this}, input_shape):\n{tree.module.default_indent}{code}\n"
        return {method.function: above(method, cst.ensure_type(tree.statements(head)[0], cst.FunctionDef))}
    block, line = indented(home), tree.statements(code)[0]
    if block is None or (in_build and len(home.params.params) != 2):
        return None
    if home.name.value == "build":
        made = [*_layers_made_first(tree, block)]
        first = first_statement(block)
        if made:
            return {made[-1]: behind(line)}
        return None if first is None else {first: before(line)}
    return {statements_of(block)[-1]: behind(line)}


def _layers_made_first(tree: Tree, block: cst.IndentedBlock) -> Iterator[Statement]:
    """The lines at the head of `build()` that make layers."""
    own = statements_of(block)
    first = first_statement(block)
    for statement in own[own.index(first) :] if first else ():
        line = line_of(statement, "")
        if line is None or not makes_layer(tree, line.value):
            return
        yield statement
