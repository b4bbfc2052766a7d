"""Compute the loss of the probabilities, in place of the class that is chosen by them."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.models import given_to
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NO_GRADIENT, Kind.INTEGER_CAST),
    title="Use the cross-entropy of the probabilities as the loss",
    safe=False,
    keeps_value=False,
    rank=9,
)
_STEPS = 6
"""How many names and casts a choice may pass."""
_ARGMAX = ("tf.argmax", "tf.math.argmax", "keras.ops.argmax")


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`loss_fn(y, argmax(p))` becomes `reduce_mean(sparse_categorical_crossentropy(y, p))`."""
    choice = tree.find(finding.location, cst.Call, lambda one: names(tree).called(one) in _ARGMAX)
    given = argument(choice, 0, "input", "x") if choice is not None else None
    entropy = names(tree).spell("keras.losses.sparse_categorical_crossentropy")
    mean = names(tree).spell("tf.reduce_mean")
    if choice is None or given is None or entropy is None or mean is None or not _over_classes(tree, choice):
        return None
    losses = [*_losses(tree, choice)]
    logits = _are_logits(tree, given)
    if len(losses) != 1 or logits is None:
        return None
    call, label = losses[0]
    word = ", from_logits=True" if logits else ""
    code = f"{mean}({entropy}({tree.code(label)}, {tree.code(given)}{word}))"
    return tree.change({call: tree.expression(code)})


def _over_classes(tree: Tree, choice: cst.Call) -> bool:
    axis = argument(choice, 1, "axis")
    return axis is not None and tree.code(axis) == "-1"


def _are_logits(tree: Tree, given: cst.BaseExpression) -> bool | None:
    """Whether the softmax is still to be taken; None where that is not written."""
    made = bound_to(tree, given) or given
    if names(tree).called(made).rpartition(".")[2] == "softmax":
        return False
    return True if "logit" in tree.code(given) else None


def _losses(tree: Tree, choice: cst.Call) -> Iterator[tuple[cst.Call, cst.BaseExpression]]:
    """The calls of losses that are handed the choice, under its name or as it is, with their labels."""
    for call in tree.every(cst.Call, function_of(tree, choice)):
        if len(call.args) == 2 and _is_loss(tree, call) and _has(tree, call.args[1].value, choice):
            yield call, call.args[0].value


def _is_loss(tree: Tree, call: cst.Call) -> bool:
    """Whether a call is one of a loss, or of an object that is made as one."""
    made = (call, *given_to(tree, tree.code(call.func)))
    called = [names(tree).called(one) for one in made]
    return any(one.startswith("keras.losses.") for one in called)


def _has(tree: Tree, given: cst.BaseExpression, choice: cst.Call) -> bool:
    """Whether a value is the choice: cast, or by the one name that it has."""
    made: cst.BaseExpression | None = given
    for _ in range(_STEPS):
        if made is None or made is choice:
            break
        cast = isinstance(made, cst.Call) and names(tree).called(made).rpartition(".")[2] == "cast"
        made = cst.ensure_type(made, cst.Call).args[0].value if cast else bound_to(tree, made)
    return made is choice
