"""Which statements of a run must change places together, so that each still reads what it read before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradcheck.fix.cst.flow import binds, reads, touches
from gradcheck.fix.cst.tree import Statement


def built_on(first: Statement, run: Sequence[Statement]) -> list[Statement]:
    """A run's first statement, and those behind it that cannot stay before it when it moves behind the
    run."""
    moved = [first]
    for one in run[1:]:
        bound = all_bound(moved)
        if touches(reads(one), bound) or touches(binds(one), bound | all_read(moved)):
            moved.append(one)
    return moved


def around(own: Statement, run: Sequence[Statement]) -> list[Statement]:
    """A statement of a run, with what it is computed from and what is computed from it: these move before
    the run together."""
    moved = {own}
    while added := {one for one in run if one not in moved and _belongs(one, moved, run)}:
        moved |= added
    return [one for one in run if one in moved]


def _belongs(one: Statement, moved: set[Statement], run: Sequence[Statement]) -> bool:
    place = run.index(one)
    before = [other for other in moved if run.index(other) < place]
    behind = [other for other in moved if run.index(other) > place]
    needed = touches(binds(one), all_read(behind) | all_bound(behind))
    overtaken = touches(reads(one), all_bound(behind))
    built = bool(binds(one)) and touches(reads(one), all_bound(before))
    return needed or overtaken or built


def all_bound(statements: Iterable[Statement]) -> frozenset[str]:
    """Every name that some statements bind."""
    return frozenset[str]().union(*(binds(one) for one in statements))


def all_read(statements: Iterable[Statement]) -> frozenset[str]:
    """Every name that some statements read."""
    return frozenset[str]().union(*(reads(one) for one in statements))
