"""Variables that a model trains with and that no gradient call asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gradcheck.probe.engine.watch import frames as framing
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.described import cause, described
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.probe.engine.watch.gradient_calls import Site
from gradcheck.probe.engine.watch.owners import holders, trainers
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Cause, Variable, Verdict

_MOST_SKIPPED = 4
"""One of so many layers may be skipped by mistake; who leaves out more trains a part of a model."""


def strangers(watch: Watch, known: set[Born]) -> Iterator[Verdict]:
    """Variables with a gradient that nobody asks for."""
    listed: set[Born] = set()
    for site in watch.gradients.sites.values():
        for born in sorted(site.reached - known - listed, key=lambda one: one.order):
            off = _switched_off(watch, born) or _off_then(watch, site, born)
            if born.assigned or not born.trainable or off:
                continue
            listed.add(born)
            status = _stranger(watch, site, born)
            why = _why_stranger(watch, site, born, status)
            if why or status is Status.UNLISTED:
                yield Verdict(described(born), status, None, why)


def unasked(watch: Watch, told: set[Variable]) -> Iterator[Verdict]:
    """What a model that trains itself reads while it lists nothing to train: Keras 3 asks for no gradient."""
    if watch.gradients.sites:
        return
    for born in sorted(watch.gradients.unasked, key=lambda one: one.order):
        meant = born.stack and born.trainable and not born.assigned and not _switched_off(watch, born)
        if meant and (variable := described(born)) not in told:
            yield Verdict(variable, Status.UNTRACKED, None, cause(Kind.UNTRACKED, _untracked(watch, born)))


def _switched_off(watch: Watch, born: Born) -> bool:
    """Whether every layer that holds a weight says it is not to train; Keras 2 leaves the variable itself as
    it was.
    """
    number = versions.handle(born.variable())
    owners = holders(watch, born)
    return bool(owners) and not any(number in versions.trainable_handles(owner) for owner in owners)


def _off_then(watch: Watch, site: Site, born: Born) -> bool:
    """Whether a weight was switched on after a gradient call had run last."""
    owners = map(id, holders(watch, born))
    return any(watch.flags.switched_on.get(owner, ((), 0))[1] > site.ran for owner in owners)


def _stranger(watch: Watch, site: Site, born: Born) -> Status:
    number = versions.handle(born.variable())
    roots = trainers(watch, site)
    listed = any(number in versions.trainable_handles(root) for root in roots)
    owners = holders(watch, born)
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


def _used_by(watch: Watch, owner: Any, roots: Iterable[Any]) -> bool:
    outer = watch.calls.inside.get(id(owner), set())
    return any(id(root) in outer for root in roots)


def _why_stranger(watch: Watch, site: Site, born: Born, status: Status) -> tuple[Cause, ...]:
    if status is Status.UNTRACKED:
        variant = "" if any(trainers(watch, site)) else "no-model"
        return cause(Kind.UNTRACKED, _untracked(watch, born), variant=variant)
    if status is Status.FROZEN:
        off = _switched_off_at(watch, site, born)
        return cause(Kind.FROZEN, off, variant="" if off is born.stack else "switched-off")
    if applied := watch.gradients.updates.by_others(born):
        return cause(Kind.WRONG_VARIABLES, applied, variant="others")
    if not site.sources and not site.tensors:
        return cause(Kind.EMPTY_VARIABLES, _listed_early(watch, born) or site.stack)
    if short := _listed_short(watch, site, born) or _listed_unbuilt(watch, site, born):
        return cause(Kind.EMPTY_VARIABLES, short)
    if skipped := _skipped(watch, site, born):
        return cause(Kind.WRONG_VARIABLES, skipped, variant="skipped")
    return cause(Kind.WRONG_VARIABLES, _behind(watch, site, born), variant="left-out")


def _behind(watch: Watch, site: Site, born: Born) -> Stack:
    """Where the variables of one part of a model were listed, if its call runs the part that holds this
    weight first: what is asked for learns from the output of what stays as it was made. Who trains the last
    layers alone means it: the parts have layers of their own.
    """
    number = versions.handle(born.variable())
    asked = {versions.handle(one.variable()) for one in site.sources}
    order = {layer: place for place, layer in enumerate(watch.calls.called)}
    for root in trainers(watch, site):
        inner = (part for part in versions.descendants(root) if _called_by(watch, part, root))
        called = [part for part in inner if len([*versions.descendants(part)]) > 2]
        left = [part for part in called if _has_none(part, number, asked)]
        listed = [part for part in called if _numbers(part) and asked.issuperset(_numbers(part))]
        if left and listed:
            whole, other = (max(parts, key=lambda one: len(_numbers(one))) for parts in (left, listed))
            if order[id(whole)] < order[id(other)]:
                return _one_line(watch, [other]) or site.stack
    return ()


def _called_by(watch: Watch, part: Any, root: Any) -> bool:
    return id(root) in watch.calls.inside.get(id(part), set())


def _has_none(part: Any, number: int | None, asked: set[int | None]) -> bool:
    """Whether a layer that the user makes has this weight, and none that is asked for."""
    return number in _numbers(part) and asked.isdisjoint(_numbers(part))


def _numbers(part: Any) -> set[int]:
    return set(versions.trainable_handles(part))


def _skipped(watch: Watch, site: Site, born: Born) -> Stack:
    """Where the variables of the other layers were listed, if all but a few of a model's layers are asked
    for, some before and some behind the one that holds this weight.
    """
    number = versions.handle(born.variable())
    asked = {versions.handle(one.variable()) for one in site.sources}
    for root in trainers(watch, site):
        parts = [part for part in versions.descendants(root) if versions.own_weights(part)]
        theirs = [{versions.handle(weight) for weight in versions.own_weights(part)} for part in parts]
        on = [bool(numbers & asked) for numbers in theirs]
        at = next((place for place, numbers in enumerate(theirs) if number in numbers), None)
        if at is not None and any(on[:at]) and any(on[at:]) and _MOST_SKIPPED * on.count(False) <= len(on):
            listed = [part for part, is_on in zip(parts, on, strict=True) if is_on]
            return _one_line(watch, listed) or site.stack
    return ()


def _one_line(watch: Watch, layers: Sequence[Any]) -> Stack:
    """The line that asked each of these layers for its variables, if it was one line."""
    stacks = [watch.lists.listed[id(one)][-1][1] for one in layers if id(one) in watch.lists.listed]
    places = {framing.place(stack[0]).location for stack in stacks if stack}
    return stacks[0] if len(places) == 1 and len(stacks) == len(layers) else ()


def _switched_off_at(watch: Watch, site: Site, born: Born) -> Stack:
    """The line that switched off the model around a weight."""
    part = _off_above(trainers(watch, site), holders(watch, born))
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


def _listed_unbuilt(watch: Watch, site: Site, born: Born) -> Stack:
    """Where a layer was asked for its variables before it had any, by a line that gave others that are in
    use."""
    early = _listed_early(watch, born)
    asked = {versions.handle(one.variable()) for one in site.sources}
    lists = (one for known in watch.lists.listed.values() for one in known)
    used = (stack for numbers, stack in lists if numbers <= asked)
    return early if early and any(_same_line(early, stack) for stack in used) else ()


def _same_line(one: Stack, other: Stack) -> bool:
    if not other:
        return False
    first, second = framing.place(one[0]).location, framing.place(other[0]).location
    return (first.path, first.line) == (second.path, second.line)


def _untracked(watch: Watch, born: Born) -> Stack:
    """The line that hides a weight from Keras: where it is made in some object, or where a layer from outside
    is used.
    """
    owner = next(iter(holders(watch, born)), None)
    if owner is None or framing.in_method(born.stack):
        return framing.from_call(_from_layer(watch, born.stack))
    return watch.calls.called.get(id(owner)) or born.stack


def _from_layer(watch: Watch, stack: Stack) -> Stack:
    """A stack from where a layer makes the object, of a class that is no layer, whose constructor makes a
    weight: there it is hidden.
    """
    makers = [frame.names[-2:] for frame in stack[:2]]
    if [names[-1] for names in makers] not in (["__init__", "__init__"], ["__init__", "build"]):
        return stack
    hidden, layer = (names[0] for names in makers)
    kept = {one.__name__ for layer, _ in watch.births.layers() for one in type(layer).__mro__}
    return stack[1:] if hidden not in kept and layer in kept else stack
