"""Start one factor of a product of weights away from zero, where both start at zero."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.calls import calls_of
from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.ZERO_PRODUCT,),
    title="Start one of the two factors away from zero",
    safe=False,
    # The product stays zero, but what is drawn later is drawn anew.
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The first of two weights that start at zero gets a random initial value; the product stays zero. Where
    one line makes both, they do."""
    births = sorted(_factors(tree, finding))
    made = [tree.find(birth, cst.Call, _makes_weights) for birth in births]
    zeros = [_zeros(tree, call) for call in made if call is not None]
    one = len(zeros) == 1 and any(_is_run_twice(tree, call) for call in made if call is not None)
    two = len(zeros) == 2 and zeros[0] is not zeros[1]
    first = zeros[0] if (one or two) and all(zeros) else None
    return tree.change({first: _random(first)}) if first is not None else None


def _factors(tree: Tree, finding: Finding) -> set[Location]:
    """Where the factors are created: of more than two weights, those that the product names."""
    births = {weight.birth for weight in finding.weights}
    product = tree.find(finding.trail[-1].location, cst.BaseExpression) if finding.trail else None
    text = tree.code(product) if product is not None else ""
    named = {weight.birth for weight in finding.weights if re.search(rf"{re.escape(weight.label)}\b", text)}
    return births if len(births) <= 2 else named


def _makes_weights(call: cst.Call) -> bool:
    """Whether a call adds a weight, or makes a layer whose kernel it is told how to start."""
    return m.matches(call.func, m.Attribute(attr=m.Name("add_weight"))) or any(_starts(call))


def _is_run_twice(tree: Tree, call: cst.Call) -> bool:
    """Whether the function around a call is called for each of the factors."""
    function = tree.enclosing(call, cst.FunctionDef)
    return function is not None and len([*calls_of(tree, function)]) > 1


def _starts(call: cst.Call) -> Iterator[cst.BaseExpression]:
    """What a call says that a weight, a kernel or a table starts with."""
    yield from (one.value for one in call.args if one.keyword and one.keyword.value in _INITIALIZERS)


_INITIALIZERS = (
    "initializer",
    "kernel_initializer",
    "embeddings_initializer",
    "depthwise_initializer",
    "pointwise_initializer",
)


def _zeros(tree: Tree, call: cst.Call) -> cst.BaseExpression | None:
    """What says that a weight starts at zero."""
    given = (origin(tree, one) for one in _starts(call))
    return next((one for one in given if m.matches(one, _ZEROS)), None)


_WORD = m.Name("Zeros") | m.Name("zeros") | m.Name("zeros_initializer")
_ZEROS = (
    m.SimpleString("'zeros'")
    | m.SimpleString('"zeros"')
    | m.Call(func=m.Attribute(attr=_WORD), args=[])
    | m.Call(func=_WORD, args=[])
)


def _random(zeros: cst.BaseExpression) -> cst.SimpleString:
    quote = zeros.quote if isinstance(zeros, cst.SimpleString) else '"'
    return cst.SimpleString(f"{quote}glorot_uniform{quote}")
