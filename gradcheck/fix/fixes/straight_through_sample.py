"""Let the gradient of a discrete sample be that of its mean; the value stays the sample's."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import only_reader
from gradcheck.fix.cst.calls import is_method
from gradcheck.fix.cst.expressions import argument, fitting, fresh
from gradcheck.fix.cst.functions import CASTS
from gradcheck.fix.cst.lines import beside, function_of, line_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.SAMPLED,),
    title="Sample straight through: the sample forwards, its mean backwards",
    safe=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The sample of a distribution that has a mean (of one-hot vectors: their probabilities)."""
    sample = tree.find(finding.location, cst.Call, lambda call: is_method(call, "sample"))
    owner = cst.ensure_type(sample.func, cst.Attribute).value if sample else None
    made = origin(tree, owner) if owner else None
    if sample is None or owner is None or not isinstance(made, cst.Call):
        return None
    return _around_the_mean(tree, sample, owner, made) if names(tree).called(made) in _DISCRETE else None


_HOME = "tfp.distributions."
_INTEGERS = frozenset(_HOME + name for name in ("Bernoulli", "OneHotCategorical"))
_FLOATS = frozenset(_HOME + name for name in ("Poisson", "Geometric", "Binomial", "NegativeBinomial"))
_DISCRETE = _INTEGERS | _FLOATS


def _around_the_mean(
    tree: Tree, sample: cst.Call, owner: cst.BaseExpression, made: cst.Call
) -> cst.Module | None:
    """`sample()` becomes `mean() + stop_gradient(sample() - mean())`."""
    hard = _as_float(tree, sample, made)
    stop = names(tree).spell("tf.stop_gradient")
    named = isinstance(owner, cst.Name)
    name = tree.code(owner) if named else fresh(tree, function_of(tree, sample), "dist", "distribution")
    line = line_of(tree, sample)
    if hard is None or stop is None or name is None or line is None or line_of(tree, hard) is None:
        return None
    changes: dict[cst.CSTNode, Replacement] = {}
    if not named:
        changes = {owner: cst.Name(name), line: beside(tree, [f"{name} = {tree.code(owner)}"])}
    code = tree.code(hard, {owner: cst.Name(name)})
    new = f"{name}.mean() + {stop}({code} - {name}.mean())"
    return tree.change({**changes, hard: fitting(tree, hard, new)})


def _as_float(tree: Tree, sample: cst.Call, made: cst.Call) -> cst.Call | None:
    """The expression that has the sample as floating point numbers."""
    dtype = argument(made, 9, "dtype")
    if names(tree).called(made) in _FLOATS or (dtype is not None and "float" in tree.code(dtype)):
        return sample
    read = only_reader(tree, sample)
    around = tree.enclosing(read, cst.Call)
    casts = around is not None and names(tree).called(around) in CASTS and argument(around, 0, "x") is read
    return around if casts else None
