"""Take the last states of both halves of a bidirectional layer, not the last step of the sequence."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.calls import keyword, without
from gradcheck.fix.cst.expressions import argument, uses
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.models import assignments
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.ZERO_PRODUCT,),
    title="Take the last states of both halves",
    safe=False,
    keeps_value=False,
    rank=84,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`h[:, -1]` becomes `h`, and the layer that made it no longer returns the sequence."""
    taken = tree.find(finding.location, cst.Subscript, _is_last_step)
    step = _step(tree, taken) if taken is not None else None
    if taken is None or step is None:
        return None
    whole, sequence = step
    made = _given(tree, sequence)
    layer = _layer(tree, made)
    inner = argument(layer, 0, "layer") if layer is not None else None
    told = keyword(inner, "return_sequences") if isinstance(inner, cst.Call) else None
    if not isinstance(inner, cst.Call) or told is None or not _alone(tree, made, sequence):
        return None
    return tree.change({whole: sequence, inner: without(inner, told)})


def _is_last_step(taken: cst.Subscript) -> bool:
    """`h[:, -1]` or `h[:, -1, :]`."""
    last = m.Index(m.UnaryOperation(operator=m.Minus(), expression=m.Integer("1")))
    whole = m.Slice(lower=None, upper=None, step=None)
    slices = [one.slice for one in taken.slice]
    return len(slices) > 1 and all(
        m.matches(one, last if place == 1 else whole) for place, one in enumerate(slices)
    )


def _step(tree: Tree, taken: cst.Subscript) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """The expression that gives the last step, and the sequence that it is of: by itself, or in a Lambda
    layer."""
    function = tree.enclosing(taken, cst.Lambda)
    if function is None:
        return taken, taken.value
    made = tree.enclosing(function, cst.Call)
    called = tree.parent(made) if made is not None else None
    if names(tree).called(made) != "keras.layers.Lambda" or not isinstance(called, cst.Call):
        return None
    return (called, called.args[0].value) if called.func is made and len(called.args) == 1 else None


def _given(tree: Tree, sequence: cst.BaseExpression) -> cst.BaseExpression:
    """What a name was given last, in the lines above it."""
    above = [
        value
        for target, value in assignments(tree)
        if target.deep_equals(sequence) and tree.line(value) < tree.line(sequence)
        if function_of(tree, target) is function_of(tree, sequence)
    ]
    return max(above, key=tree.line, default=sequence)


def _alone(tree: Tree, made: cst.BaseExpression, sequence: cst.BaseExpression) -> bool:
    """Whether the function goes on with the sequence in this one place."""
    if not isinstance(sequence, cst.Name):
        return False
    end = tree.ranges[made].end.line
    names_behind = uses(tree, sequence.value, function_of(tree, sequence))
    return [one for one in names_behind if tree.line(one) > end] == [sequence]


def _layer(tree: Tree, made: cst.BaseExpression) -> cst.Call | None:
    """The bidirectional layer that a call calls."""
    layer = origin(tree, made.func) if isinstance(made, cst.Call) else None
    is_one = names(tree).called(layer) == "keras.layers.Bidirectional"
    return layer if isinstance(layer, cst.Call) and is_one else None
