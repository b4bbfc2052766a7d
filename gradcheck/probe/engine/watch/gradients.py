"""Every gradient call that was seen, and what came back from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gradcheck.probe.engine.watch import frames as framing
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.applied import Applied, Penalties
from gradcheck.probe.engine.watch.births import Births, Born
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.probe.engine.watch.gradient_calls import Site
from gradcheck.probe.engine.watch.judge import Measure, Tally
from gradcheck.probe.engine.watch.moves import Moves
from gradcheck.report.verdict import Cause

_MOST_STRANGERS = 200

Causes = dict[Born, tuple[Cause, ...]]


class Gradients:
    """Gradient calls by where they stand, what they ask for, and whether they lie inside another.

    `asked` are the variables that any of them asks for, `unasked` what a model that trains itself reads as
    long as there is none of them. Why a variable's gradient is missing is known from a traced graph
    (`traced`) or from the error that ended the program (`lost`), and why a part of it is, from `partial`.
    `updates` is what optimizers did with the gradients, `penalties` the terms that layers add to the loss,
    `moves` whether variables change. `scaled` says that the loss is scaled.
    """

    def __init__(self, births: Births, *, steps: int, measure: Callable[[Any], Measure]) -> None:
        self._births, self._most, self._measure = births, 50 * steps, measure
        self._ran: dict[int, int] = {}
        self.sites: dict[object, Site] = {}
        self.asked: set[Born] = set()
        self.unasked: set[Born] = set()
        self.traced: Causes = {}
        self.partial: Causes = {}
        self.lost: Causes = {}
        self.updates = Applied(births)
        self.penalties = Penalties()
        self.moves = Moves()
        self.scaled = False

    def outer(self) -> Iterator[Site]:
        """The calls that lie inside no other."""
        return (site for site in self.sites.values() if not site.inner)

    def site(self, stack: Stack, flat: Sequence[Any], *, inner: bool, kind: str) -> tuple[Site, bool]:
        """The call at this place for these sources, and whether it is seen for the first time."""
        born = [self._births.find(source) for source in flat]
        sources = [one for one in born if one is not None]
        key = (framing.key(stack[0]) if stack else None, frozenset(map(id, sources)), inner)
        new = key not in self.sites
        if new:
            self.sites[key] = Site(stack, kind, sources, len(flat) - len(sources), inner)
        return self.sites[key], new

    def strangers(self, tape: Any, flat: Sequence[Any], site: Site) -> list[Any]:
        """Variables the tape saw, meant to train, that this call does not ask for."""
        if site.inner or site.total() >= 2 or not (site.sources or not flat):
            return []
        asked = {versions.handle(source) for source in flat}
        found = []
        for variable in tape.watched_variables():
            born = self._births.find(variable)
            if born is None or versions.handle(variable) in asked or born in self.asked:
                continue
            if born.stack and born.trainable and not born.assigned and variable.dtype.is_floating:
                found.append(variable)
        return found[:_MOST_STRANGERS]

    def watched(self, tape: Any) -> None:
        """A model that trains itself has computed its loss."""
        found = map(self._births.find, tape.watched_variables()) if not self.sites else ()
        self.unasked.update(born for born in found if born is not None)

    def came(self, site: Site, others: Sequence[Any], strange: Sequence[Any]) -> None:
        """A call was answered; `others` are the strangers, and `strange` their gradients."""
        for variable, gradient in zip(others, strange, strict=True):
            born = self._births.find(variable)
            if gradient is not None and born is not None:
                site.reached.add(born)
        if not site.inner:
            self.asked.update(site.sources)
        for born in (*site.sources, *site.reached):
            born.describe()

    def of_variables(self, flat: Sequence[Any], gradients: Sequence[Any]) -> list[Any]:
        """The gradients of those sources that are variables."""
        pairs = zip(flat, gradients, strict=True)
        return [gradient for source, gradient in pairs if self._births.find(source) is not None]

    def tally(self, site: Site, gradients: Sequence[Any]) -> None:
        """Measure the gradients of one step."""
        site.steps += 1
        if site.steps > self._most:
            return
        measures = [self._measure(one) for one in gradients]
        before = site.tallies or [Tally()] * len(measures)
        if site.spoilt:  # The weights may be NaN by now, and nothing counts but where that spreads to.
            site.tallies = [tally.spoilt(seen) for tally, seen in zip(before, measures, strict=True)]
            return
        site.tallies = [tally.add(seen) for tally, seen in zip(before, measures, strict=True)]
        site.spoilt = not self.scaled and not all(seen.finite for seen in measures)

    def zeros_applied(self, optimizer: Any, pairs: Sequence[tuple[Any, Any]], stack: Stack) -> None:
        """An optimizer applies gradients: look whether they are zeros."""
        borns = [born for _, variable in pairs if (born := self._births.find(variable)) is not None]
        given = [gradient for gradient, _ in pairs]
        self.updates.zeros.applied(optimizer, given, borns, stack, scaled=self.scaled)

    def moved(self) -> list[Site]:
        """The traced calls that have run since this was last asked."""
        found = []
        for site in self.sites.values():
            steps = sum(cell.steps for cell in site.cells) if site.cells else 0
            if steps != self._ran.get(id(site), 0):
                self._ran[id(site)] = steps
                found.append(site)
        return found
