"""Joins what the judging and the explaining run of one program saw. Pure; values in, values out."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from gradcheck.report.finding import Location
from gradcheck.report.kinds import Status
from gradcheck.report.verdict import Cause, Verdict

UNTRAINED = {Status.UNTRACKED, Status.FROZEN, Status.UNLISTED, Status.UNBUILT}


def is_bad(verdict: Verdict) -> bool:
    """Whether a verdict asks for an explanation: teachers, extractors and the other player are not asked for
    on purpose.
    """
    deliberate = verdict.status in (Status.UNLISTED, Status.FROZEN) and not verdict.causes
    return verdict.status not in (Status.OK, Status.UNKNOWN) and not deliberate


def is_open(verdict: Verdict) -> bool:
    """Whether running the program eagerly may say more of a bad verdict: a flag that is set too late is known
    by when it was set."""
    return is_bad(verdict) and not (verdict.status is Status.FROZEN and verdict.causes)


def join(
    judged: tuple[Verdict, ...], explained: tuple[Verdict, ...]
) -> tuple[tuple[Verdict, ...], tuple[str, ...]]:
    """The judged verdicts with the causes of their explained twins; a note for each pair that disagrees."""
    twins: dict[object, deque[Verdict]] = defaultdict(deque)
    for verdict in explained:
        twins[_key(verdict)].append(verdict)
    joined: list[Verdict] = []
    notes: list[str] = []
    for verdict in judged:
        twin = twins[_key(verdict)].popleft() if twins[_key(verdict)] else None
        joined.append(_explain(verdict, twin))
        if twin and _differ(verdict.status, twin.status):
            notes.append(
                f"{verdict.variable.path}: {verdict.status.value} as the program trains, "
                f"{twin.status.value} when it runs eagerly"
            )
    return tuple(joined), tuple(notes)


def relocate(verdict: Verdict, rename: Callable[[str], str]) -> Verdict:
    """The verdict with every path of its locations renamed."""
    birth = verdict.variable.birth
    return replace(
        verdict,
        variable=replace(verdict.variable, birth=birth and _moved(birth, rename)),
        causes=tuple(_relocated(cause, rename) for cause in verdict.causes),
        switched_off=verdict.switched_off and _moved(verdict.switched_off, rename),
    )


def unique(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines in order, each once."""
    return tuple(dict.fromkeys(lines))


def _key(verdict: Verdict) -> object:
    birth = verdict.variable.birth
    return verdict.variable.path, birth and (birth.path, birth.line), verdict.variable.shape


def _explain(verdict: Verdict, twin: Verdict | None) -> Verdict:
    # A cause of another fault (a NaN's for a None) would explain what did not happen.
    if twin is None or not is_bad(verdict) or not _same_fault(verdict.status, twin.status):
        return verdict
    return replace(verdict, causes=twin.causes or verdict.causes)


def _same_fault(one: Status, other: Status) -> bool:
    """A cut inside a loop or a branch is None when run eagerly and zero when traced."""
    return not _differ(one, other) or {one, other} == {Status.NONE, Status.ZERO}


def _differ(one: Status, other: Status) -> bool:
    if Status.UNKNOWN in (one, other) or {one, other} <= UNTRAINED:
        return False
    return one is not other


def _relocated(cause: Cause, rename: Callable[[str], str]) -> Cause:
    return Cause(
        replace(cause.cut, location=_moved(cause.cut.location, rename)),
        tuple(replace(step, location=_moved(step.location, rename)) for step in cause.trail),
    )


def _moved(location: Location, rename: Callable[[str], str]) -> Location:
    return replace(location, path=rename(location.path))
