"""What a watched program showed so far, one verdict per variable. Asks the watch; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gradcheck.probe.engine.watch import expressions, judge, moves, shapes_only, versions
from gradcheck.probe.engine.watch import frames as framing
from gradcheck.probe.engine.watch.applied import regularized
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.bystanders import bystanders
from gradcheck.probe.engine.watch.frames import Stack, place
from gradcheck.probe.engine.watch.gradient_calls import Site
from gradcheck.probe.engine.watch.left_out import left_out
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.finding import Cut, Location
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Cause, Variable, Verdict

Causes = Mapping[Born, tuple[Cause, ...]]


def survey(watch: Watch, causes: Causes) -> list[Verdict]:
    """Every variable that was asked for, then those that should have been."""
    with watch.ours():
        asked = list(_asked(watch, causes))
        known = set(watch.gradients.asked)
        lost = [
            Verdict(described(born), Status.NONE, None, found)
            for born, found in watch.gradients.lost.items()
            if born not in known
        ]
        return [
            *asked,
            *lost,
            *_lost_tensors(watch),
            *(frozen := list(_frozen(watch, known))),
            *(strange := [one for one in _strangers(watch, known) if one.variable not in _told(frozen)]),
            *_unbuilt(watch),
            *_unasked(watch, _told(frozen)),
            *(aside := list(_left_out(watch, known))),
            *_bystanders(watch, known, _told([*lost, *strange, *frozen, *aside])),
        ]


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
            at = place(stack[0])
            cut = Cut(Kind.DEAD_VALUE, at.location, at.code, at.where, variant="graph")
            yield Verdict(described(born), Status.UNLISTED, None, (Cause(cut),))


def described(born: Born) -> Variable:
    """A variable in the report's words."""
    location = place(born.stack[0]).location if born.stack else None
    facts = born.describe()
    if facts is None:
        return Variable("a variable that is gone", location, (), "")
    return Variable(facts.name, location, facts.shape, facts.dtype, born.owner)


def notes(watch: Watch) -> list[str]:
    """What the reader should know beside the verdicts."""
    return [*([shapes_only.NOTE] if watch.shapes else _drowned(watch)), *_raised(watch)]


def _asked(watch: Watch, causes: Causes) -> Iterator[Verdict]:
    seen: dict[Born, list[tuple[Status, float | None]]] = {}
    for site in watch.gradients.sites.values():
        if site.inner:
            continue
        for born in site.sources:
            seen.setdefault(born, [])
        for born, tally in site.results():
            status = judge.status(tally, scaled=watch.gradients.scaled)
            seen[born].append((status, None if tally.missing_since else tally.norm))
    unapplied, ignored = _unapplied(watch), dict(_ignored(watch))
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
        elif born in unapplied:
            yield Verdict(described(born), Status.UNLISTED, norm, unapplied[born])
        else:
            still = _still(watch, born)
            why = (*watch.gradients.partial.get(born, ()), *ignored.get(born, ()))
            why = why or (_why_still(watch, born, norm) if still else ())
            yield Verdict(
                described(born), status, norm, why, mark=watch.gradients.moves.mark(born, norm, still=still)
            )


def _still(watch: Watch, born: Born) -> bool:
    """Whether a variable that an optimizer updates keeps its value over the steps seen."""
    sites = [site for site in watch.gradients.sites.values() if born in site.sources and not site.inner]
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
    at, detail = found
    return (Cause(Cut(Kind.STILL, at.location, at.code, at.where, detail)),)


def _unapplied(watch: Watch) -> dict[Born, tuple[Cause, ...]]:
    """Variables whose gradient changes nothing, or another variable."""
    found: dict[Born, tuple[Cause, ...]] = {}
    for site in watch.gradients.sites.values():
        if site.own and not site.inner and site.total() >= 2:
            for born, mistaken in watch.gradients.updates.left_out(site, ended=watch.progress.finished):
                found[born] = _cause(Kind.NOT_APPLIED, site.stack) if mistaken else ()
    for born, stack in watch.gradients.updates.swapped.items():
        found[born] = _cause(Kind.WRONG_VARIABLES, stack)
    return found


def _ignored(watch: Watch) -> Iterator[tuple[Born, tuple[Cause, ...]]]:
    """Weights with a penalty of their own that the program's own loss leaves out."""
    if watch.gradients.penalties.read:
        return
    for site in watch.gradients.sites.values():
        if site.own and not site.inner:
            for layer, _ in watch.births.layers():
                borns = map(watch.births.find, regularized(layer))
                why = _cause(Kind.LOSSES_IGNORED, site.computed or site.stack)
                yield from ((born, why) for born in borns if born is not None and born in site.sources)


def _lost_tensors(watch: Watch) -> Iterator[Verdict]:
    """Tensors that a gradient was asked for in vain, under the name their author gave them."""
    for lost in watch.lists.lost_tensors.values():
        at = place(lost.site.stack[0])
        if lost.was is not None:
            continue
        name = expressions.source(at, lost.position)
        yield Verdict(Variable(name, at.location, lost.shape, lost.dtype), Status.NONE, None, lost.causes)


def _strangers(watch: Watch, known: set[Born]) -> Iterator[Verdict]:
    """Variables with a gradient that nobody asks for."""
    listed: set[Born] = set()
    for site in watch.gradients.sites.values():
        for born in sorted(site.reached - known - listed, key=lambda one: one.order):
            if born.assigned or not born.trainable or _switched_off(watch, born):
                continue
            listed.add(born)
            status = _stranger(watch, site, born)
            why = _why_stranger(watch, site, born, status)
            if why or status is Status.UNLISTED:
                yield Verdict(described(born), status, None, why)


def _unasked(watch: Watch, told: set[Variable]) -> Iterator[Verdict]:
    """What a model that trains itself reads while it lists nothing to train: Keras 3 asks for no gradient."""
    if watch.gradients.sites:
        return
    for born in sorted(watch.gradients.unasked, key=lambda one: one.order):
        meant = born.stack and born.trainable and not born.assigned and not _switched_off(watch, born)
        if meant and (variable := described(born)) not in told:
            yield Verdict(variable, Status.UNTRACKED, None, _cause(Kind.UNTRACKED, _untracked(watch, born)))


def _switched_off(watch: Watch, born: Born) -> bool:
    """Whether every layer that holds a weight says it is not to train; Keras 2 leaves the variable itself as
    it was.
    """
    number = versions.handle(born.variable())
    owners = [layer for layer, _ in watch.births.layers() if _holds(layer, number)]
    return bool(owners) and not any(number in versions.trainable_handles(owner) for owner in owners)


def _stranger(watch: Watch, site: Site, born: Born) -> Status:
    number = versions.handle(born.variable())
    roots = [layer for layer, _ in watch.births.layers() if _trains(layer, site)]
    listed = any(number in versions.trainable_handles(root) for root in roots)
    owners = [layer for layer, _ in watch.births.layers() if _holds(layer, number)]
    if not listed and _off_above(roots, owners) is not None:
        return Status.FROZEN
    if listed or (owners and not any(_used_by(watch, owner, roots) for owner in owners)):
        return Status.UNLISTED
    return Status.UNTRACKED


def _off_above(roots: Iterable[Any], owners: Sequence[Any]) -> Any:
    """The part of a model in training that is switched off around a layer that is on: under Keras 2 nothing
    trains in there.
    """
    parts = [part for root in roots for part in versions.descendants(root)]
    around = (part for part in parts if not getattr(part, "trainable", True))
    return next((part for part in around if any(_inside(owner, part) for owner in owners)), None)


def _inside(layer: Any, outer: Any) -> bool:
    return any(one is layer for one in versions.descendants(outer))


def _trains(layer: Any, site: Site) -> bool:
    handles = versions.trainable_handles(layer)
    return any(versions.handle(born.variable()) in handles for born in site.sources)


def _holds(layer: Any, number: int | None) -> bool:
    return any(versions.handle(weight) == number for weight in versions.own_weights(layer))


def _used_by(watch: Watch, owner: Any, roots: Iterable[Any]) -> bool:
    outer = watch.calls.inside.get(id(owner), set())
    return any(id(root) in outer for root in roots)


def _why_stranger(watch: Watch, site: Site, born: Born, status: Status) -> tuple[Cause, ...]:
    if status is Status.UNTRACKED:
        return _cause(Kind.UNTRACKED, _untracked(watch, born))
    if status is Status.FROZEN:
        off = _switched_off_at(watch, site, born)
        return _cause(Kind.FROZEN, off, variant="" if off is born.stack else "switched-off")
    if not site.sources and not site.tensors:
        return _cause(Kind.EMPTY_VARIABLES, _listed_early(watch, born) or site.stack)
    return _cause(Kind.EMPTY_VARIABLES, _listed_short(watch, site, born))


def _switched_off_at(watch: Watch, site: Site, born: Born) -> Stack:
    """The line that switched off the model around a weight."""
    number = versions.handle(born.variable())
    roots = [layer for layer, _ in watch.births.layers() if _trains(layer, site)]
    part = _off_above(roots, [layer for layer, _ in watch.births.layers() if _holds(layer, number)])
    return watch.flags.frozen[id(part)][1] if id(part) in watch.flags.frozen else born.stack


def _listed_early(watch: Watch, born: Born) -> Stack:
    """Where the layers that hold a weight were asked for their variables before it existed."""
    number = versions.handle(born.variable())
    for layer, _ in watch.births.layers():
        if id(layer) in watch.lists.emptied and number in versions.trainable_handles(layer):
            return watch.lists.emptied[id(layer)]
    return ()


def _listed_short(watch: Watch, site: Site, born: Born) -> Stack:
    """Where a layer was asked for its variables before it had this one, if that list is the one in use."""
    number = versions.handle(born.variable())
    asked = {versions.handle(one.variable()) for one in site.sources}
    for layer, _ in watch.births.layers():
        for numbers, stack in watch.lists.listed.get(id(layer), ()):
            if number not in numbers and numbers <= asked and number in versions.trainable_handles(layer):
                return stack
    return ()


def _untracked(watch: Watch, born: Born) -> Stack:
    """The line that hides a weight from Keras: where it is made in some object, or where a layer from outside
    is used.
    """
    number = versions.handle(born.variable())
    for owner, _ in watch.births.layers():
        if _holds(owner, number) and not framing.in_method(born.stack):
            return watch.calls.called.get(id(owner)) or born.stack
    return born.stack


def _frozen(watch: Watch, known: set[Born]) -> Iterator[Verdict]:
    """Weights of models that trained, switched off by mistake; switching some off on purpose is no fault."""
    listed: set[Born] = set()
    for trainer in _trained(watch):
        for layer, why, variant in _mistakes(watch, trainer):
            for weight in _all_weights(layer):
                born = watch.births.find(weight)
                if born is None or born in known | listed or not born.stack or not _meant(weight):
                    continue
                listed.add(born)
                yield Verdict(described(born), Status.FROZEN, None, _cause(Kind.FROZEN, why, variant=variant))


def _trained(watch: Watch) -> Iterator[Any]:
    """The models that train, or would have: a step that finds no variables may well ask for no gradient."""
    yield from watch.progress.trained
    if watch.taped and not watch.gradients.sites:
        yield from (layer for layer, _ in watch.births.layers() if id(layer) in watch.lists.emptied)


def _mistakes(watch: Watch, trainer: Any) -> Iterator[tuple[Any, Stack, str]]:
    """Frozen layers that were not meant to be: all of a model that trains, or one whose flag was misspelt
    later on.
    """
    dead = not versions.trainable_handles(trainer)
    for layer in versions.descendants(trainer):
        if id(layer) in watch.flags.typos and not getattr(layer, "trainable", True):
            yield layer, watch.flags.typos[id(layer)], "without-effect"
        elif dead and id(layer) in watch.flags.frozen:
            yield layer, watch.flags.frozen[id(layer)][1], "switched-off"
        elif late := watch.flags.too_late(trainer, layer):
            yield layer, late, "without-effect"


def _all_weights(layer: Any) -> Iterator[Any]:
    for one in versions.descendants(layer):
        yield from versions.own_weights(one)


def _meant(weight: Any) -> bool:
    """Whether a weight was created to train: its layer's flag is off, not its own."""
    return "float" in versions.dtype(weight) and bool(
        getattr(getattr(weight, "_value", weight), "trainable", True)
    )


def _unbuilt(watch: Watch) -> Iterator[Verdict]:
    """Layers with weights to create, inside a model that trained, that nothing ever called."""
    seen: set[int] = set()
    for root in _roots(watch):
        for path, chain in _attributes(root):
            layer = chain[-1]
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            stack = watch.births.made(layer)
            if stack and not layer.built and not versions.own_weights(layer) and versions.builds(layer):
                birth = place(stack[0]).location
                outermost = next((one for one in chain if id(one) not in watch.calls.called), layer)
                why = _cause(Kind.UNCALLED_LAYER, watch.births.maker(outermost))
                yield Verdict(Variable(path, birth, (), ""), Status.UNBUILT, None, why)


def _roots(watch: Watch) -> list[Any]:
    """The outermost layers whose weights were asked for."""
    sites = [site for site in watch.gradients.sites.values() if not site.inner]
    training = [layer for layer, _ in watch.births.layers() if any(_trains(layer, site) for site in sites)]
    inner = {id(child) for root in training for child in versions.descendants(root) if child is not root}
    return [layer for layer in training if id(layer) not in inner]


def _attributes(
    layer: Any, prefix: str = "", chain: tuple[Any, ...] = (), seen: set[int] | None = None
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every layer inside another, once, under the attribute names its author gave it: `unit0.conv2`; with the
    layers on the way to it, the outermost first.
    """
    seen = {id(layer)} if seen is None else seen
    for name, child in versions.children(layer):
        path = f"{prefix}.{name}" if prefix else name
        if id(child) not in seen:  # A child may know its parent.
            seen.add(id(child))
            yield path, (*chain, child)
            if versions.is_wrapper(child):  # What it does with the layer it is given is its own matter.
                continue
            yield from _attributes(child, path, (*chain, child), seen)


def _cause(kind: Kind, stack: Stack, detail: str = "", variant: str = "") -> tuple[Cause, ...]:
    if not stack:
        return ()
    at = place(stack[0])
    return (Cause(Cut(kind, at.location, at.code, at.where, detail, variant=variant)),)


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
