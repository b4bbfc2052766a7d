"""Let Keras 3 know of a `TransformedVariable`: a weight, and a property that transforms it."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.added_weights import shape_of
from gradcheck.fix.cst.calls import keyword
from gradcheck.fix.cst.classes import Method, free_attribute, method_around
from gradcheck.fix.cst.expressions import argument, keywords_of
from gradcheck.fix.cst.layers import is_layer
from gradcheck.fix.cst.layout import called_within, property_named
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.places import behind
from gradcheck.fix.cst.reading import attribute, bound, read
from gradcheck.fix.cst.setup_lines import Line, line_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.cst.unset import prepared
from gradcheck.fix.cst.weight_objects import thawed
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Transform a weight of the layer",
    safe=True,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`self.x = TransformedVariable(1.0, bijector)` becomes a weight and a property `x`, and so does what is
    made of it."""
    made = tree.find(finding.location, cst.Call, lambda call: names(tree).called(call) == _TRANSFORMED)
    method = method_around(tree, made) if made else None
    line = line_of(tree.statement(made), method.this) if made and method else None
    if made is None or method is None or line is None or line.value is not made or len(line.attributes) != 1:
        return None
    if not is_layer(tree, method.owner) or prepared(tree, method, line.attributes[0], line.target) != ():
        return None
    after = _as_weight(tree, method, line, made)
    return thawed(after, method.owner.name.value, line.attributes[0]) if after else None


_TRANSFORMED = "tfp.util.TransformedVariable"


def _as_weight(tree: Tree, method: Method, line: Line, made: cst.Call) -> cst.Module | None:
    """The module with the weight where the variable was, and the property behind the method."""
    value, bijector = argument(made, 0, "initial_value"), argument(made, 1, "bijector")
    local = bound(method.function.params) | {
        name for one in tree.every(cst.AssignTarget, method.function) for name in bound(one.target)
    }
    name = line.attributes[0]
    kept = free_attribute(tree, f"raw_{name.strip('_')}")
    shape = shape_of(tree, value) if value else None
    if value is None or bijector is None or shape is None or not kept or keywords_of(made) - _KNOWN:
        return None
    if any(one.value in local - {method.this} for one in read(bijector)):
        return None
    given = keyword(made, "name")
    word = tree.code(given.value) if given else '"' + name.strip("_") + '"'
    first = f"lambda shape, dtype=None: {tree.code(bijector)}.inverse({tree.code(value)})"
    parts = [f"name={word}", f"shape={shape}", f"initializer={first}"]
    weight = called_within(tree, made, f"{method.this}.add_weight", parts)
    transformed = cst.Call(bijector, [cst.Arg(attribute(f"{method.this}.{kept}"))])
    result = cst.SimpleStatementLine([cst.Return(transformed)])
    made_property = property_named(name, method.this, [result], cst.SimpleStatementLine([]))
    own = attribute(f"{method.this}.{kept}")
    return tree.change({made: weight, line.target: own, method.function: behind(made_property)})


_KNOWN = {"initial_value", "bijector", "name", "trainable"}
