"""One gradient call of the user's, and everything that was seen of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.probe.engine.watch.judge import Tally, searching
from gradcheck.probe.engine.watch.measure import Cell
from gradcheck.report.verdict import Cause


@dataclass(eq=False)
class Site:
    """One gradient call in the user's source, with one set of variables asked for.

    `sources` are those variables, `others` those that no one asked for although the tape saw them; `reached`
    the ones among them that have a gradient all the same. `own` says whether the user's code asks itself;
    `computed` is where the value comes from whose gradient is asked for. `traced` and `ran` are the moments
    (of `Flags`) when it was met first, and when it was seen to run last.
    """

    stack: Stack
    kind: str
    sources: list[Born]
    tensors: int = 0
    inner: bool = False
    own: bool = False
    steps: int = 0
    tallies: list[Tally] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    reached: set[Born] = field(default_factory=set)
    roots: list[Any] = field(default_factory=list)
    spoilt: bool = False
    error: str | None = None
    first: float | None = None
    computed: Stack = ()
    traced: int = 0
    ran: int = 0

    def total(self) -> int:
        """The steps seen so far, in either mode."""
        return self.steps + sum(cell.steps for cell in self.cells)

    def loss(self) -> float | None:
        """What was differentiated in the first step."""
        traced = (cell.loss for cell in self.cells)
        return next((one for one in (self.first, *traced) if one is not None), None)

    def settled(self, steps: int, *, scaled: bool) -> bool:
        """Whether enough was seen: so many steps, and with a loss scale one that did not overflow."""
        if self.total() < steps:
            return False
        return not scaled or not any(searching(tally) for _, tally in self.results())

    def results(self) -> list[tuple[Born, Tally]]:
        """Every variable asked for, with what was seen of it, once per way this call was traced."""
        tables = [self.tallies] if self.steps else []
        tables += [table for cell in self.cells if (table := cell.read())]
        return [pair for table in tables for pair in zip(self.sources, table, strict=False)]


@dataclass(eq=False)
class LostTensor:
    """A tensor whose gradient was asked for and is None; `was` is the variable that stood there the step
    before.
    """

    site: Site
    position: int
    shape: tuple[int | None, ...]
    dtype: str
    was: Born | None = None
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True)
class Call:
    """One gradient call while its tape can still be asked: what the explainer gets."""

    site: Site
    tape: Any
    target: Any
    flat: list[Any]
    gradients: list[Any]
    error: Exception | None
    gradient: Callable[..., Any]


class Explainer(Protocol):
    """What the watch tells the explainer."""

    def opened(self, tape: Any, *, outermost: bool) -> None:
        """A tape starts to record."""

    def closed(self, tape: Any) -> None:
        """A tape stops."""

    def before(self, tape: Any) -> None:
        """A gradient is about to be taken."""

    def after(self, tape: Any) -> None:
        """It has been taken and looked at."""

    def called(self, layer: Any, args: Sequence[Any], named: Mapping[str, Any]) -> Callable[[Any], None]:
        """A layer is called; what comes back gets what it answers."""

    def taken(self, call: Call) -> None:
        """What it was."""

    def backward(self) -> AbstractContextManager[None]:
        """While it is being computed."""

    def unheard(self) -> AbstractContextManager[None]:
        """While we look at it."""
