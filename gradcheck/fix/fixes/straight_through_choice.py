"""Let the gradient of a hard choice be that of the soft one: `argmax` and `one_hot` forwards, softmax
backwards."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.bindings import bound_to, only_reader
from gradcheck.fix.cst.estimator import sibling, soft_name, straight
from gradcheck.fix.cst.expressions import argument, bare, fitting, fresh, keywords_of, plain
from gradcheck.fix.cst.functions import PICKS
from gradcheck.fix.cst.lines import beside, function_of, line_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NO_GRADIENT,),
    title="Choose straight through: the hard choice forwards, the soft one backwards",
    safe=False,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """Where the index of the finding selects by `one_hot` or `gather`, the scores get the gradient."""
    pick = tree.find(finding.location, cst.Call, lambda call: names(tree).called(call) in PICKS)
    scores = argument(pick, 0, "x", "input") if pick else None
    if pick is None:
        return _largest(tree, finding)
    if pick is None or scores is None or not _last_axis(tree, pick):
        return None
    index = only_reader(tree, pick)
    user = tree.enclosing(index, cst.Call)
    if user is None or line_of(tree, user) is None or line_of(tree, pick) is None:
        return None
    called = names(tree).called(user)
    if called in _ONE_HOTS and argument(user, 0, "indices", "x") is index and _usual_one_hot(tree, user):
        return _one_hot(tree, pick, scores, user)
    if called in _GATHERS and argument(user, 1, "indices") is index:
        return _gather(tree, pick, scores, user)
    return None


_ONE_HOTS = frozenset({"tf.one_hot", "keras.ops.one_hot", "keras.backend.one_hot"})
_GATHERS = frozenset({"tf.gather", "keras.ops.take"})
_SOFTMAX = m.SimpleString("'softmax'") | m.SimpleString('"softmax"')


def _last_axis(tree: Tree, pick: cst.Call) -> bool:
    axis = argument(pick, 1, "axis")
    return axis is not None and tree.code(axis) in ("-1", "1")


def _usual_one_hot(tree: Tree, call: cst.Call) -> bool:
    dtype = argument(call, 4, "dtype")
    return keywords_of(call) <= {"indices", "depth", "num_classes", "dtype", "x"} and not (
        dtype is not None and any(word in tree.code(dtype) for word in ("int", "bool"))
    )


def _one_hot(tree: Tree, pick: cst.Call, scores: cst.BaseExpression, user: cst.Call) -> cst.Module | None:
    """`one_hot(argmax(scores))` becomes `soft + stop_gradient(one_hot(argmax(scores)) - soft)`."""
    named = _named(tree, pick, scores)
    stop = sibling(tree, names(tree).called(user), "stop_gradient")
    if named is None or stop is None:
        return None
    before, name = named
    soft = name if _probabilities(tree, pick, scores) else soft_name(tree, user)
    if soft is None:
        return None
    lines = [] if soft == name else [f"{soft} = {_softmax(tree, pick, name)}"]
    hard = tree.module.code_for_node(user.deep_replace(scores, tree.expression(name)))
    return _placed(tree, pick, scores, user, before, lines, f"{soft} + {stop}({hard} - {soft})", name)


def _gather(tree: Tree, pick: cst.Call, scores: cst.BaseExpression, user: cst.Call) -> cst.Module | None:
    """`gather(values, argmax(scores))` becomes a product with the weights of the choice."""
    named = _named(tree, pick, scores)
    called = names(tree).called(user)
    stop, hot, shape, product = (
        sibling(tree, called, word)
        for word in ("stop_gradient", "one_hot", "shape", _PRODUCT[_way(tree, user)])
    )
    weights = fresh(tree, function_of(tree, user), "weights", "choice", "choice_weights")
    values = argument(user, 0, "params", "x")
    if not (named and stop and hot and shape and product and weights and values and _way(tree, user)):
        return None
    before, name = named
    soft = name if _probabilities(tree, pick, scores) else _softmax(tree, pick, name)
    hard = tree.module.code_for_node(
        (argument(user, 1, "indices") or pick).deep_replace(scores, tree.expression(name))
    )
    lines = [
        f"{weights} = {soft}",
        f"{weights} += {stop}({hot}({hard}, {shape}({name})[-1]) - {weights})",
    ]
    taken = {
        "table": f"{product}({weights}, {bare(tree, values)}, axes=1)",
        "batch": f'{product}("b...k,bkd->b...d", {weights}, {bare(tree, values)})',
    }
    return _placed(tree, pick, scores, user, before, lines, taken[_way(tree, user)], name)


_PRODUCT = {"table": "tensordot", "batch": "einsum", "": ""}


def _way(tree: Tree, gather: cst.Call) -> str:
    """Whether rows are taken from one table, or from each element of a batch; empty for anything else."""
    given = {one.keyword.value: tree.code(one.value) for one in gather.args[2:] if one.keyword}
    if len(given) + 2 != len(gather.args) or not {*given} <= {"axis", "batch_dims"}:
        return ""
    if given.get("axis", "0" if names(tree).called(gather) == "tf.gather" else "") == "0":
        return "table" if "batch_dims" not in given else ""
    return "batch" if given == {"axis": "1", "batch_dims": "1"} else ""


def _largest(tree: Tree, finding: Finding) -> cst.Module | None:
    """`cast(equal(scores, reduce_max(scores)))` becomes the estimator of the scores."""
    for kind in (cst.Call, cst.Comparison):
        equal = tree.find(finding.location, kind, lambda one: _maximum(tree, one) is not None)
        scores = _maximum(tree, equal) if equal else None
        hard = tree.enclosing(equal, cst.Call) if equal else None
        called = names(tree).called(hard)
        stop = sibling(tree, called, "stop_gradient")
        if scores is not None and hard is not None and stop and called.endswith(".cast"):
            return straight(tree, hard, scores, stop)
    return None


def _maximum(tree: Tree, equal: cst.BaseExpression) -> cst.BaseExpression | None:
    """The scores that are compared to their maximum."""
    sides: list[cst.BaseExpression] = []
    if isinstance(equal, cst.Call) and names(tree).called(equal).endswith(".equal"):
        sides = [one.value for one in equal.args if one.keyword is None]
    elif isinstance(equal, cst.Comparison) and isinstance(equal.comparisons[0].operator, cst.Equal):
        sides = [equal.left, *(one.comparator for one in equal.comparisons)]
    for scores, most in [(sides[0], sides[1]), (sides[1], sides[0])] if len(sides) == 2 else []:
        value = bound_to(tree, most) or most
        asked = argument(value, 0, "input_tensor", "x") if isinstance(value, cst.Call) else None
        if asked is not None and names(tree).called(value) in _MAXIMA and plain(scores):
            return scores if tree.code(asked) == tree.code(scores) else None
    return None


_MAXIMA = frozenset(
    {"tf.reduce_max", "tf.math.reduce_max", "keras.ops.max", "keras.ops.amax", "keras.backend.max"}
)


def _named(tree: Tree, pick: cst.Call, scores: cst.BaseExpression) -> tuple[list[str], str] | None:
    """A name for the scores, and the line that binds it where they have none."""
    if plain(scores):
        return [], tree.code(scores)
    name = fresh(tree, function_of(tree, pick), "scores", "choice_scores")
    return ([f"{name} = {bare(tree, scores)}"], name) if name else None


def _placed(
    tree: Tree,
    pick: cst.Call,
    scores: cst.BaseExpression,
    user: cst.Call,
    before: list[str],
    lines: list[str],
    new: str,
    name: str,
) -> cst.Module | None:
    """The scores named where the index is taken, and the choice rewritten where it is used."""
    first, second = line_of(tree, pick), line_of(tree, user)
    if first is None or second is None:
        return None
    changes: dict[cst.CSTNode, Replacement] = {user: fitting(tree, user, new)}
    if first is second:
        changes[first] = beside(tree, [*before, *lines])
    else:
        changes |= {scores: tree.expression(name), second: beside(tree, lines)}
        if before:
            changes[first] = beside(tree, before)
    return tree.change(changes)


def _softmax(tree: Tree, pick: cst.Call, name: str) -> str:
    called = names(tree).called(pick)
    softmax = sibling(tree, called, "softmax") or ""
    return f"{softmax}({'-' if called.endswith('argmin') else ''}{name})"


def _probabilities(tree: Tree, pick: cst.Call, scores: cst.BaseExpression) -> bool:
    """Whether the scores are a softmax already."""
    if names(tree).called(pick).endswith("argmin"):
        return False
    value = bound_to(tree, scores) or scores
    if not isinstance(value, cst.Call):
        return False
    if names(tree).called(value).endswith("softmax"):
        return True
    called = tree.code(value.func)
    made = (one.value for one in tree.every(cst.Assign) if tree.code(one.targets[0].target) == called)
    return any(m.matches(one, m.Call(args=[m.ZeroOrMore(), m.Arg(_SOFTMAX), m.ZeroOrMore()])) for one in made)
