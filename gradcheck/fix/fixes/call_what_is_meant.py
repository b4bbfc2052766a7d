"""Use the model, layer or weight that the name of the result speaks of."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.base.spoken_names import speaks_of
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.WRONG_VARIABLES, Kind.REACHES_NOTHING, Kind.UNCALLED_LAYER, Kind.UNUSED_WEIGHT),
    title="Use the one that the name of the result speaks of",
    safe=False,
    keeps_value=False,
    rank=-1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`q2 = critic_1(x)` becomes `q2 = critic_2(x)`, where the finding says that `critic_2` is meant."""
    meant, place = finding.detail, tree.find(finding.location, cst.BaseExpression)
    statement = tree.statement(place) if place is not None else None
    if not meant or place is None or statement is None:
        return None
    said = list(_said(tree, statement))
    things = [one for one in _things(tree, place) if _is_beside(tree.code(one), meant)]
    wrong = [one for one in things if any(speaks_of(name, meant, tree.code(one)) for name in said)]
    if len({tree.code(one) for one in wrong}) != 1:
        return None
    return tree.change({one: tree.expression(meant) for one in wrong})


def _said(tree: Tree, statement: Statement) -> Iterator[str]:
    """What a statement calls the values in it."""
    for target in tree.every(cst.AssignTarget, statement):
        yield from (dotted(name) for name in tree.every(cst.Name, target))
    yield from (dotted(one.target) for one in tree.every(cst.NamedExpr, statement))
    yield from (one.keyword.value for one in tree.every(cst.Arg, statement) if one.keyword)
    yield from (tree.code(one.key).strip("'\"") for one in tree.every(cst.DictElement, statement))


def _things(tree: Tree, place: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What is called at a place, or else read there."""
    if isinstance(place, cst.Call) and not dotted(place.func).startswith(("tf.", "keras.")):
        return [place.func]
    return [*tree.every(cst.Attribute, place), *tree.every(cst.Name, place)]


def _is_beside(one: str, meant: str) -> bool:
    """Whether two things are kept in the same object, or by the same program."""
    return one != meant and one.rpartition(".")[0] == meant.rpartition(".")[0]
