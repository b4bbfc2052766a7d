"""Read the learning rate of a configuration under the key that it has."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.calls import is_method
from gradcheck.fix.cst.flow import parameters
from gradcheck.fix.cst.models import assignments
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.STILL,),
    title="Read the learning rate under its key",
    safe=False,
    keeps_value=False,
)


_RATES = (
    "lr",
    "rate",
    "learning_rate",
    "base_lr",
    "initial_lr",
    "initial_learning_rate",
    "learningrate",
    "LR",
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`settings.get("lr", 0.0)` becomes `settings.get("learning_rate", 0.0)`, if that is what it holds."""
    call = tree.find(finding.location, cst.Call, lambda one: is_method(one, "get"))
    read = call.args[0].value if call is not None and call.args else None
    if call is None or not isinstance(read, cst.SimpleString) or read.evaluated_value not in _RATES:
        return None
    held = _held(tree, call)
    keys = [one for one in held if one in _RATES]
    if len(keys) != 1 or read.evaluated_value in held:
        return None
    return tree.change({read: cst.SimpleString(f"{read.quote}{keys[0]}{read.quote}")})


def _held(tree: Tree, call: cst.Call) -> list[str]:
    """The keys of the one dictionary that the call may read."""
    owner = call.func.value if isinstance(call.func, cst.Attribute) else None
    function = tree.enclosing(call, cst.FunctionDef)
    known = [(target, value) for target, value in assignments(tree) if isinstance(value, cst.Dict)]
    own = [value for target, value in known if owner is not None and target.deep_equals(owner)]
    if not own and isinstance(owner, cst.Name) and function and owner.value in parameters(function):
        own = [value for _, value in known if {*_keys(value)} & {*_RATES}]
    return [*_keys(own[0])] if len(own) == 1 else []


def _keys(held: cst.BaseExpression) -> list[str]:
    elements = held.elements if isinstance(held, cst.Dict) else ()
    keys = [one.key for one in elements if isinstance(one, cst.DictElement)]
    return [str(one.evaluated_value) for one in keys if isinstance(one, cst.SimpleString)]
