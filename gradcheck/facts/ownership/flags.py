"""The `trainable` flags of a program in the order they are set: what is certainly off when a model trains."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Birth, Choice, Layer, Opaque, Value, Variables, plain
from gradcheck.facts.interpreter.events import Did, Event
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import is_tape
from gradcheck.facts.ownership.tracked import tracked

FLAG = "trainable"


@dataclass(frozen=True)
class History:
    """What one entry point of a program did, in order."""

    machine: Machine
    events: tuple[Event, ...]

    def flags(self, *, value: bool | None = None) -> list[int]:
        """When a `trainable` flag was set, and to what; None for what is not known."""
        return self._flags.get(value, [])

    @cached_property
    def _flags(self) -> dict[bool | None, list[int]]:
        found: dict[bool | None, list[int]] = {}
        for index, event in enumerate(self.events):
            if event.did is Did.FLAG and event.word == FLAG:
                found.setdefault(truth_of(event.value), []).append(index)
        return found

    def last(self, did: Did, owner: Value, before: int) -> int | None:
        """The last time that something was done to a model before an event."""
        found = self._deeds.get((did, id(owner)), [])
        place = bisect_left(found, before)
        return found[place - 1] if place else None

    @cached_property
    def _deeds(self) -> dict[tuple[Did, int], list[int]]:
        found: dict[tuple[Did, int], list[int]] = {}
        for index, event in enumerate(self.events):
            if event.did is not Did.FLAG or event.word == FLAG:
                found.setdefault((event.did, id(event.owner)), []).append(index)
        return found

    def births(self, value: Value) -> dict[int, Birth]:
        """The weights of a model or layer, whatever their flags."""
        return tracked(self.machine, value, "2")

    def touched(
        self,
        births: set[int],
        after: int,
        before: int,
        *,
        owner: Value | None = None,
        passing: Callable[[Event], bool] = lambda _: False,
    ) -> bool:
        """Whether a flag of any of these weights may have been set between two events, by another name, and
        by nothing that is to be passed over."""
        others = (
            event.owner
            for event in self.events[after + 1 : before]
            if event.did is Did.FLAG and event.word == FLAG and event.owner is not owner
            if not passing(event)
        )
        return any(not isinstance(other, Layer) or births & set(self.births(other)) for other in others)

    def off(self, before: int) -> dict[int, Birth]:
        """The weights that have been switched off when an event happens, as far as that is written out."""
        off: dict[int, Birth] = {}
        for event in self.events[:before]:
            if event.did is Did.FLAG and event.word == FLAG:
                for node, birth in self.held(event.owner).items():
                    off.pop(node, None)
                    if truth_of(event.value) is False:
                        off[node] = birth
        return off

    def held(self, owner: Value) -> dict[int, Birth]:
        """The weights of all that a value may be."""
        return {node: birth for one in flatten(owner) for node, birth in self.births(one).items()}

    def certain(self, first: int, then: int) -> bool:
        """Whether the first event happened whenever the second does: no branch leads to it alone."""
        path = self.events[first].path
        return path == self.events[then].path[: len(path)]


def histories(machine: Machine) -> list[History]:
    """One history for each entry point: between two of them the order is not known."""
    entries: dict[int, list[Event]] = {}
    for event in machine.log.events:
        entries.setdefault(id(event.entry), []).append(event)
    return [History(machine, tuple(events)) for events in entries.values()]


def asked_for(history: History) -> Iterator[tuple[int, Event]]:
    """The readings of `trainable_variables` that a gradient is asked for."""
    queries = [query for query in history.machine.log.queries if is_tape(query)]
    sources = (held for query in queries for held in flatten(query.sources))
    asked = {id(held.site.node) for held in sources if isinstance(held, Variables)}
    for index, event in enumerate(history.events):
        if event.did is Did.LIST and id(event.site.node) in asked and event.word.startswith("trainable"):
            yield index, event


def trainings(history: History) -> Iterator[tuple[int, Event]]:
    """When a model is trained: a gradient is asked for its variables, or `fit` is called."""
    yield from asked_for(history)
    for index, event in enumerate(history.events):
        if event.did is Did.FIT:
            yield index, event


def truth_of(value: Value | None) -> bool | None:
    """A flag's value, if it is written out."""
    found = plain(value)
    return found if isinstance(found, bool) else None


def whole(value: Value) -> Value | None:
    """The model that a layer was looked up in."""
    if isinstance(value, Choice):
        wholes = [whole(option) for option in value.options]
        return wholes[0] if wholes and all(one is wholes[0] for one in wholes) else None
    return value.part_of if isinstance(value, Opaque) else None
