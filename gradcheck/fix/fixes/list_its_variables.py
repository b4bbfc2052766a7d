"""Ask for the variables of the model that computed the loss: besides others, or instead of them."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.classes import method_around, methods
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.models import feeds, lists_in, owner_of, variable_of
from gradcheck.fix.cst.relist import asked, exchanged, longer
from gradcheck.fix.cst.tapes import Tape, questions, tapes
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.WRONG_VARIABLES,),
    title="Ask for the variables behind this loss",
    safe=False,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The list at the finding, and what it is zipped with, names the model that was left out."""
    listed = tree.find(finding.location, cst.BaseExpression, lambda node: any(lists_in(tree, node)))
    question = asked(tree, listed) if listed else None
    if listed is None or question is None:
        return None
    call, tape = question
    missing = _missing(tree, finding, tape, listed)
    if missing is None:
        return None
    if _asked_elsewhere(tree, call, listed):
        return tree.change(exchanged(tree, call, listed, missing))
    if not _belongs(tree, tape, listed, missing):
        return None
    return tree.change(longer(tree, call, listed, _added(tree, listed, missing)))


def _missing(tree: Tree, finding: Finding, tape: Tape, listed: cst.BaseExpression) -> str | None:
    """The code that lists what was left out."""
    attribute = next(lists_in(tree, listed)).attr.value
    called = list(dict.fromkeys([*_called(tree, tape.block)]))
    owner = owner_of(tree, finding, called, _listed(tree, tape))
    if owner is not None:
        return f"{owner}.{attribute}"
    variables = variable_of(tree, finding, listed)
    return f"[{', '.join(variables)}]" if variables else None


def _called(tree: Tree, block: cst.CSTNode) -> Iterator[str]:
    """What a block calls, also what an object's own `call` does where the object is called."""
    for place in _places(tree, block):
        yield from (tree.code(call.func) for call in tree.every(cst.Call, place))


def _places(tree: Tree, block: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A block, and the object's own `call` that it runs."""
    yield block
    for call in tree.every(cst.Call, block):
        method = method_around(tree, call)
        own = methods(method.owner).get("call") if method and method.this == tree.code(call.func) else None
        yield from (own,) if own else ()


def _belongs(tree: Tree, tape: Tape, listed: cst.BaseExpression, missing: str) -> bool:
    """Whether a list is to be longer: not if the other model judges what the listed one gave, as a critic
    does, which is meant to stay as it is and is trained by itself."""
    first, owner = tree.code(next(lists_in(tree, listed)).value), missing.rpartition(".")[0]
    fed = [feeds(tree, place, first, owner) for place in _places(tree, tape.block)]
    if True in fed:
        return _goes_on(owner) and not _is_listed(tree, owner)
    return missing.startswith("[") or False in fed


def _goes_on(owner: str) -> bool:
    """Whether a model is called a part of the one before it."""
    return any(word in owner.rpartition(".")[2].lower() for word in _LATER_PARTS)


_LATER_PARTS = ("decoder", "head", "projector", "projection", "predictor", "classifier")


def _is_listed(tree: Tree, owner: str) -> bool:
    """Whether the variables of a model are listed anywhere."""
    return any(tree.code(one.value) == owner for one in lists_in(tree, tree.module))


def _listed(tree: Tree, tape: Tape) -> Iterator[str]:
    """The models whose variables some gradient call in the same function asks for."""
    inside = function_of(tree, tape.around)
    for call in (one for other in tapes(tree) for one in questions(tree, other)):
        sources = argument(call, 1, "sources") if function_of(tree, call) is inside else None
        yield from (tree.code(one.value) for one in lists_in(tree, sources)) if sources else ()


def _asked_elsewhere(tree: Tree, call: cst.Call, listed: cst.BaseExpression) -> bool:
    """Whether another gradient call beside this one has the same list: then this one was meant for others."""
    others = (one for tape in tapes(tree) for one in questions(tree, tape) if one is not call)
    same = (one for one in others if function_of(tree, one) is function_of(tree, call))
    return any((sources := argument(one, 1, "sources")) and sources.deep_equals(listed) for one in same)


def _added(tree: Tree, listed: cst.BaseExpression, missing: str) -> str:
    """Both lists, in the order in which their models are made."""
    code = tree.code(listed)
    if missing.startswith("["):
        return f"{code} + {missing}"
    first = next(lists_in(tree, listed)).value
    order = [tree.code(one.target) for assign in tree.every(cst.Assign) for one in assign.targets]
    owner = missing.rpartition(".")[0]
    known = owner in order and tree.code(first) in order
    ahead = known and order.index(owner) < order.index(tree.code(first))
    return f"{missing} + {code}" if ahead else f"{code} + {missing}"
