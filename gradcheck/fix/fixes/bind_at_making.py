"""Bind a loop's name where the loop makes a function, not where the function is called."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import scope_of
from gradcheck.fix.cst.reading import bound, read
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNCALLED_LAYER, Kind.UNUSED_WEIGHT),
    title="Bind the loop's name where the function is made",
    safe=False,
    keeps_value=False,
    rank=2,
)
_Function = cst.Lambda | cst.FunctionDef


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`lambda h: heads[i](h)` becomes `lambda h, i=i: heads[i](h)`, as a `def` in a loop does."""
    made = _made(tree, finding)
    loop = _loop(tree, made) if made is not None else None
    if made is None or loop is None or not _takes_more(made.params):
        return None
    own = bound(made.params) | _assigned(tree, made)
    asked = dict.fromkeys(one.value for one in read(made.body))
    late = [name for name in asked if name in _of_a_round(tree, loop, made) and name not in own]
    if not late:
        return None
    spaced = isinstance(made, cst.Lambda) and not made.params.params
    new = [_default(name) for name in late]
    params = made.params.with_changes(params=[*made.params.params, *new])
    after = made.with_changes(params=params)
    if spaced:
        after = after.with_changes(whitespace_after_lambda=cst.SimpleWhitespace(" "))
    return tree.change({made: after})


def _made(tree: Tree, finding: Finding) -> _Function | None:
    """The function that a finding names, or the one that its place stands in."""
    made = tree.find(finding.location, cst.Lambda)
    if made is not None:
        return made
    place = tree.find(finding.location, cst.FunctionDef)
    return place if place is not None and tree.line(place) == finding.location.line else None


def _loop(tree: Tree, made: _Function) -> cst.For | cst.CompFor | None:
    """The loop around a function, of the same scope."""
    for above in tree.above(made):
        if isinstance(above, cst.For):
            return above
        if isinstance(above, cst.BaseComp):
            return above.for_in
        if isinstance(above, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            return None
    return None


def _of_a_round(tree: Tree, loop: cst.For | cst.CompFor, made: _Function) -> frozenset[str]:
    """The names that each round binds before it makes the function."""
    if isinstance(loop, cst.CompFor):
        return bound(loop.target)
    lines = [one for one in tree.every(cst.AssignTarget, loop.body) if scope_of(tree, one) is not made]
    before = [one for one in lines if tree.line(one) < tree.line(made)]
    return bound(loop.target).union(*(bound(one.target) for one in before))


def _takes_more(params: cst.Parameters) -> bool:
    """Whether a parameter with a default may stand behind the others."""
    stars = (params.star_arg, params.star_kwarg)
    return not params.kwonly_params and not any(isinstance(one, cst.Param) for one in stars)


def _assigned(tree: Tree, made: _Function) -> frozenset[str]:
    """The names that a function binds itself."""
    if isinstance(made, cst.Lambda):
        return frozenset()
    return frozenset().union(*(bound(one.target) for one in tree.every(cst.AssignTarget, made.body)))


def _default(name: str) -> cst.Param:
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Param(cst.Name(name), default=cst.Name(name), equal=tight)
