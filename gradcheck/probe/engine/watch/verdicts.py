"""What a watched program showed so far, one verdict per variable. Asks the watch; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gradcheck.probe.engine.watch import expressions, judge, moves, shapes_only
from gradcheck.probe.engine.watch.applied import regularized
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.bystanders import bystanders
from gradcheck.probe.engine.watch.described import cause, described
from gradcheck.probe.engine.watch.frames import Place, place
from gradcheck.probe.engine.watch.frozen import frozen
from gradcheck.probe.engine.watch.gradient_calls import Site
from gradcheck.probe.engine.watch.left_out import left_out
from gradcheck.probe.engine.watch.strangers import strangers, unasked
from gradcheck.probe.engine.watch.traced_too_early import switched_on_in_fit, traced_too_early
from gradcheck.probe.engine.watch.unbuilt import unbuilt
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.finding import Cut, Location
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Cause, Variable, Verdict

Causes = Mapping[Born, tuple[Cause, ...]]
_FAILED_LOOK = "the look for causes failed ({}), so one may be missing: please report it"


def survey(watch: Watch, causes: Causes) -> list[Verdict]:
    """Every variable that was asked for, then those that should have been."""
    with watch.ours():
        known = set(watch.gradients.asked)
        off = [*frozen(watch, known), *traced_too_early(watch, known)]
        late = _but(switched_on_in_fit(watch), off)
        # An earlier fit, of another model, may have trained them.
        asked = _but(_asked(watch, causes), late)
        lost = [
            Verdict(described(born), Status.NONE, None, found)
            for born, found in watch.gradients.lost.items()
            if born not in known
        ]
        off += late
        return [
            *asked,
            *lost,
            *_lost_tensors(watch),
            *off,
            *(strange := _but(strangers(watch, known), off)),
            *unbuilt(watch),
            *unasked(watch, _told(off)),
            *(aside := list(_left_out(watch, known))),
            *_bystanders(watch, known, _told([*lost, *strange, *off, *aside])),
        ]


def _but(verdicts: Iterable[Verdict], others: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts on variables of which others do not tell."""
    told = _told(others)
    return [one for one in verdicts if one.variable not in told]


def _told(verdicts: Iterable[Verdict]) -> set[Variable]:
    return {one.variable for one in verdicts}


def _bystanders(watch: Watch, known: set[Born], told: set[Variable]) -> Iterator[Verdict]:
    """What does not train on purpose, or may not: rows that accuse nobody."""
    for born, status, stack in bystanders(watch, known):
        variable = described(born)
        if variable not in told:
            switched = place(stack[0]).location if stack else None
            yield Verdict(variable, status, None, switched_off=switched)


def _left_out(watch: Watch, known: set[Born]) -> Iterator[Verdict]:
    """Weights that no list has, since the results of their layers are in no model."""
    for born, stack in left_out(watch) if not watch.progress.cut_short else ():
        if born not in known:
            at, variant = _ended(place(stack[0]))
            why = Cause(Cut(Kind.DEAD_VALUE, at.location, at.code, at.where, variant=variant))
            yield Verdict(described(born), Status.UNLISTED, None, (why,))


def _ended(made: Place) -> tuple[Place, str]:
    """Where a value ends that no model has, and the case."""
    for find, case in ((expressions.packing, "packed"), (expressions.doubled, "doubled")):
        if (found := find(made)) is not None:
            return found, case
    return made, "graph"


def notes(watch: Watch) -> list[str]:
    """What the reader should know beside the verdicts."""
    looked = [_FAILED_LOOK.format(watch.failed_look)] if watch.failed_look else []
    return [*([shapes_only.NOTE] if watch.shapes else _drowned(watch)), *_raised(watch), *looked]


def _asked(watch: Watch, causes: Causes) -> Iterator[Verdict]:
    seen: dict[Born, list[tuple[Status, float | None]]] = {}
    for site in watch.gradients.outer():
        for born in site.sources:
            seen.setdefault(born, [])
        for born, tally in site.results():
            status = judge.status(tally, scaled=watch.gradients.scaled)
            seen[born].append((status, None if tally.missing_since else tally.norm))
    unapplied, ignored = _unapplied(watch), dict(_ignored(watch))
    zeros = dict(watch.gradients.updates.zeros.only())
    for born, rows in sorted(seen.items(), key=lambda item: item[0].order):
        rebound = next((one for one in watch.lists.lost_tensors.values() if one.was is born), None)
        if rebound is not None:
            yield Verdict(described(born), Status.NONE, None, rebound.causes)
            continue
        status = judge.merge(one for one, _ in rows)
        if watch.shapes and status is Status.OK:
            yield Verdict(described(born), Status.UNKNOWN)
            continue
        norm = next((size for one, size in rows if one is status), None)
        if status is not Status.OK:
            yield Verdict(described(born), status, norm, causes.get(born, ()))
        elif born in zeros:
            why = cause(Kind.NOT_APPLIED, zeros[born], variant="zeros")
            yield Verdict(described(born), Status.ZERO, 0.0, why)
        elif born in unapplied:
            yield Verdict(described(born), Status.UNLISTED, norm, unapplied[born])
        else:
            yield _trained(watch, born, norm, ignored.get(born, ()))


def _trained(watch: Watch, born: Born, norm: float | None, ignored: tuple[Cause, ...]) -> Verdict:
    """The verdict on a variable that gets a gradient, which is applied."""
    still = _still(watch, born)
    why = (*watch.gradients.partial.get(born, ()), *ignored)
    why = why or (_why_still(watch, born, norm) if still else ())
    mark = watch.gradients.moves.mark(born, norm, still=still)
    return Verdict(described(born), Status.OK, norm, why, mark=mark)


def _still(watch: Watch, born: Born) -> bool:
    """Whether a variable that an optimizer updates keeps its value over the steps seen."""
    sites = [site for site in watch.gradients.outer() if born in site.sources]
    return (
        not watch.shapes
        and watch.gradients.updates.updates(born)
        and max((site.total() for site in sites), default=0) > 1
        and watch.gradients.moves.still(born)
    )


def _why_still(watch: Watch, born: Born, norm: float | None) -> tuple[Cause, ...]:
    found = next(moves.reasons(watch.gradients.moves, watch.gradients.updates, born, norm), None)
    if found is None or not norm:
        return ()
    at, detail, variant = found
    return (Cause(Cut(Kind.STILL, at.location, at.code, at.where, detail, variant=variant)),)


def _unapplied(watch: Watch) -> dict[Born, tuple[Cause, ...]]:
    """Variables whose gradient changes nothing, or another variable."""
    found: dict[Born, tuple[Cause, ...]] = {}
    sites = list(watch.gradients.outer())
    by_hand = any(born.assigned for site in sites for born in site.sources)
    for site in sites:
        if site.own and site.total() >= 2:
            ended = watch.progress.finished and not by_hand
            for born, stack, how in watch.gradients.updates.left_out(site, ended=ended):
                found[born] = cause(Kind.NOT_APPLIED, stack, variant=how)
    for born, stack in watch.gradients.updates.swapped.items():
        found[born] = cause(Kind.WRONG_VARIABLES, stack)
    return found


def _ignored(watch: Watch) -> Iterator[tuple[Born, tuple[Cause, ...]]]:
    """Weights with a penalty of their own that the program's own loss leaves out."""
    if watch.gradients.penalties.read:
        return
    for site in watch.gradients.outer():
        if site.own:
            for layer, _ in watch.births.layers():
                borns = map(watch.births.find, regularized(layer))
                why = cause(Kind.LOSSES_IGNORED, site.computed or site.stack)
                yield from ((born, why) for born in borns if born is not None and born in site.sources)


def _lost_tensors(watch: Watch) -> Iterator[Verdict]:
    """Tensors that a gradient was asked for in vain, under the name their author gave them."""
    for lost in watch.lists.lost_tensors.values():
        at = place(lost.site.stack[0])
        if lost.was is not None:
            continue
        name = expressions.source(at, lost.position)
        yield Verdict(Variable(name, at.location, lost.shape, lost.dtype), Status.NONE, None, lost.causes)


def _drowned(watch: Watch) -> Iterator[str]:
    for site in watch.gradients.sites.values():
        results = site.results()
        scale = max((tally.peak for _, tally in results), default=0.0)
        names = [described(born).path for born, tally in results if judge.noise(tally, scale)]
        if names:
            yield f"the gradient of {', '.join(names)} is rounding noise beside the others of its call"


def _raised(watch: Watch) -> Iterator[str]:
    for site in watch.gradients.sites.values():
        if site.error is not None:
            yield f"the gradient call at {_line(site)} raised {site.error}"


def _line(site: Site) -> str:
    location: Location | None = place(site.stack[0]).location if site.stack else None
    return "an unknown line" if location is None else f"{location.path}:{location.line}"
