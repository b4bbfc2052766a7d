"""Which tapes are asked twice although they remember only once?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Tape
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.report.finding import Step
from gradcheck.report.kinds import BOTH_KERAS, Kind

Path = tuple[tuple[int, int], ...]


def ask(program: Program) -> Iterator[Starved]:
    """The second `gradient()` of every tape that is not persistent, if the program must pass both."""
    for tape in program.machine.log.tapes:
        if not tape.persistent and len(tape.entered) == 1 and (pair := _pair(tape)):
            yield from _report(program, tape, *pair)


def _pair(tape: Tape) -> tuple[Site, Site] | None:
    """Two calls in one body, of which neither excludes the other."""
    if not tape.asked:
        return None
    (first, path), *others = tape.asked
    for second, other in others:
        if first.frame is second.frame and first.node is not second.node and _both(path, other):
            return first, second
    return None


def _both(one: Path, other: Path) -> bool:
    return one == other[: len(one)]


def _report(program: Program, tape: Tape, first: Site, second: Site) -> Iterator[Starved]:
    cut = cut_at(second, Kind.TAPE_REUSED)
    location = first.frame.module.location
    trail = (
        Step(location(tape.site.node), "not persistent"),
        Step(location(first.node), "asked here first"),
        Step(cut.location, "asked again: raises"),
    )
    queries = [query for query in program.machine.log.queries if query.site.node is second.node]
    births = [birth for query in queries for birth in weights_of(program.machine, query.sources)]
    for birth in births or [_nameless(second)]:
        yield Starved(weight_of(birth), cut, trail, BOTH_KERAS, "tape")


def _nameless(site: Site) -> Birth:
    return Birth(-1, site, name="its sources", label="what is asked for here")
