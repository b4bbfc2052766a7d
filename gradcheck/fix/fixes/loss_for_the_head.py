"""Give an output that has no loss the one that fits its activation."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NOT_IN_LOSS,),
    title="Give the output a loss",
    safe=False,
    keeps_value=False,
    rank=2,
)

_LOSSES = {"sigmoid": '"binary_crossentropy"', "linear": '"mse"', "": '"mse"'}


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`None` among the losses of `compile()` becomes a loss for the layer that makes the output; so does
    what is missing in a dictionary of losses."""
    nothing = tree.find(finding.location, cst.Name, lambda name: name.value == "None")
    losses = tree.find(finding.location, cst.Dict) if nothing is None else None
    place = nothing or losses
    call = tree.enclosing(place, cst.Call) if place else None
    loss = _LOSSES.get(_activation(tree, finding) or "?")
    if place is None or call is None or loss is None or last_name(call.func) != "compile":
        return None
    new = _quoted_as(tree, call, loss)
    if losses is not None:
        return _longer(tree, losses, _quoted_as(tree, call, f'"{finding.weights[-1].name}"'), new)
    return tree.change({place: tree.expression(new)})


def _longer(tree: Tree, losses: cst.Dict, key: str, loss: str) -> cst.Module | None:
    """The dictionary with one entry more, if it is written out and has no such key."""
    keys = [tree.code(one.key) for one in losses.elements if isinstance(one, cst.DictElement)]
    if len(keys) != len(losses.elements) or key in keys or not key[1:-1].isidentifier():
        return None
    entry = cst.DictElement(tree.expression(key), tree.expression(loss))
    return tree.change({losses: losses.with_changes(elements=[*losses.elements, entry])})


def _activation(tree: Tree, finding: Finding) -> str | None:
    """What the last layer of the head ends with: `linear` where it names nothing."""
    made = tree.find(finding.weights[-1].birth, cst.Call) if finding.weights else None
    if made is None or last_name(made.func) != "Dense":
        return None
    given = argument(made, 1, "activation")
    if given is None:
        return "linear"
    if isinstance(given, cst.SimpleString):
        return str(given.evaluated_value)
    return last_name(given)


def _quoted_as(tree: Tree, call: cst.Call, loss: str) -> str:
    """The string in the quotes that the call uses."""
    single = any(one.value.startswith("'") for one in tree.every(cst.SimpleString, call))
    return loss.replace('"', "'") if single else loss
