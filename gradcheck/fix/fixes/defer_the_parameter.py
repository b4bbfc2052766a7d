"""Let a distribution compute a parameter of its variable whenever it is asked, by a `DeferredTensor`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.added_weights import is_variable
from gradcheck.fix.cst.models import given_to
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CAPTURED, Kind.CAPTURED_BY_OBJECT),
    title="Let the distribution compute the parameter whenever it is asked",
    safe=True,
    rank=2,
)
_EACH_BY_ITSELF = ("exp", "softplus", "sigmoid", "tanh", "abs", "square", "sqrt", "elu", "log1p", "expm1")
"""Functions of one number: what comes out has the shape of the variable, which is what TFP assumes."""
_NUMERIC = (cst.Name, cst.Attribute, cst.Call, cst.BinaryOperation, cst.UnaryOperation, cst.BaseNumber)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Normal(0.0, tf.exp(v))` becomes `Normal(0.0, tfp.util.DeferredTensor(v, tf.exp))`."""
    captured = tree.find(finding.location, cst.BaseExpression)
    given = _parameter(tree, captured) if captured is not None else None
    deferred = names(tree).spell("tfp.util.DeferredTensor")
    if given is None or deferred is None:
        return None
    variables = [one for one in _things(tree, given.value) if _is_variable(tree, one)]
    if len(variables) != 1 or not _is_of_one(tree, given.value, variables[0]):
        return None
    code = f"{deferred}({tree.code(variables[0])}, {_function(tree, given.value, variables[0])})"
    return tree.change({given.value: tree.expression(code)})


def _parameter(tree: Tree, node: cst.BaseExpression) -> cst.Arg | None:
    """The argument of a distribution that an expression is, or is a part of."""
    around = (one for one in tree.above(node) if isinstance(one, cst.Arg))
    made = (one for one in around if names(tree).called(tree.parent(one)).startswith("tfp.distributions."))
    return next(made, None)


def _things(tree: Tree, value: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What an expression reads, without the library's own names."""
    found = [*tree.every(cst.Name, value), *tree.every(cst.Attribute, value)]
    return [one for one in found if not names(tree).dotted(one) and not _is_part(tree, one)]


def _is_part(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether a name is a part of a longer one, or the name of an argument."""
    above = tree.parent(node)
    return isinstance(above, cst.Attribute) or (isinstance(above, cst.Arg) and above.keyword is node)


def _is_variable(tree: Tree, node: cst.BaseExpression) -> bool:
    made = given_to(tree, tree.code(node))
    return len(made) == 1 and is_variable(tree, made[0])


def _is_of_one(tree: Tree, value: cst.BaseExpression, variable: cst.BaseExpression) -> bool:
    """Whether nothing else is read, and each number of the result comes from one of the variable's."""
    calls = [names(tree).called(one) for one in tree.every(cst.Call, value)]
    other = [one for one in _things(tree, value) if one is not variable]
    shaped = [one for one in tree.every(cst.BaseExpression, value) if not isinstance(one, _NUMERIC)]
    return (
        not other
        and not shaped
        and all(name.rpartition(".")[2] in _EACH_BY_ITSELF for name in calls)
        and bool(calls)
    )


def _function(tree: Tree, value: cst.BaseExpression, variable: cst.BaseExpression) -> str:
    """The function's name where it is one call of the variable alone, else a lambda."""
    if isinstance(value, cst.Call) and len(value.args) == 1 and value.args[0].value is variable:
        return tree.code(value.func)
    return f"lambda value: {tree.code(value, {variable: cst.Name('value')})}"
