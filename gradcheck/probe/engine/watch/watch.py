"""Sees every gradient a program takes: which variables were asked for, what came back, at which of the user's
lines.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from types import FrameType
from typing import Any

import tensorflow as tf
from tensorflow.python.eager import record

from gradcheck.probe.engine.watch import frames as framing
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.applied import Applied, Penalties
from gradcheck.probe.engine.watch.births import Births, Born
from gradcheck.probe.engine.watch.flags import Flags
from gradcheck.probe.engine.watch.frames import Frame, Frames, Stack
from gradcheck.probe.engine.watch.gradient_calls import Call, Explainer, LostTensor, Site
from gradcheck.probe.engine.watch.judge import Tally
from gradcheck.probe.engine.watch.measure import Cell, measure, total
from gradcheck.probe.engine.watch.moves import Moves
from gradcheck.probe.engine.watch.shapes_only import connected
from gradcheck.probe.job.said import said
from gradcheck.report.verdict import Cause

_now = time.monotonic  # a program may replace it in its module
_QUIET_SECONDS = 1.5
_MOST_STRANGERS = 200
_MOST_LISTS = 4


GraphCauses = Callable[["Watch", Any, Sequence[Born]], dict[Born, tuple[Cause, ...]]]
GraphParts = Callable[["Watch", Any, Site], dict[Born, tuple[Cause, ...]]]


class Watch:
    """The state behind the hooks."""

    def __init__(
        self,
        frames: Frames,
        births: Births,
        *,
        steps: int,
        ended: Callable[[], None],
        shapes: bool = False,
    ) -> None:
        self.frames = frames
        self.births = births
        self.sites: dict[object, Site] = {}
        self.asked: set[Born] = set()
        self.traced: dict[Born, tuple[Cause, ...]] = {}
        self.partial: dict[Born, tuple[Cause, ...]] = {}
        self.lost: dict[Born, tuple[Cause, ...]] = {}
        self.updates = Applied(births)
        self.penalties = Penalties()
        self.training: list[Any] = []
        self.trained: list[Any] = []
        self.calls: list[Any] = []
        self.entered: list[Frame | None] = []
        self.called: dict[int, Stack] = {}
        self.applied: dict[int, Stack] = {}
        self.compiled: dict[int, Stack] = {}
        self.inside: dict[int, set[int]] = {}
        self.flags = Flags(frames)
        self.positions: dict[object, list[Born | None]] = {}
        self.lost_tensors: dict[object, LostTensor] = {}
        self.emptied: dict[int, Stack] = {}
        self.listed: dict[int, list[tuple[frozenset[int | None], Stack]]] = {}
        self.cut_short = False
        self.finished = False
        self.moves = Moves()
        self.taped = False
        self.scaled = False
        self.shapes = shapes
        self._measure = connected if shapes else measure
        self.explainer: Explainer | None = None
        self.graph_causes: GraphCauses = lambda watch, target, missing: {}
        self.graph_parts: GraphParts = lambda watch, target, site: {}
        self._tapes: list[Any] = []
        self._steps = steps
        self._ended = ended
        self._depth = threading.local()
        self._quiet_since = (0, _now())
        self._ran: dict[int, int] = {}

    # What the hooks report ---

    @property
    def busy(self) -> bool:
        """Whether what runs now is ours, or TensorFlow's backward pass."""
        return getattr(self._depth, "value", 0) > 0

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing inside counts as the user's program."""
        self._depth.value = getattr(self._depth, "value", 0) + 1
        try:
            yield
        finally:
            self._depth.value -= 1

    @contextmanager
    def ours(self) -> Iterator[None]:
        """What we look at is neither the program's nor part of its record."""
        with self.aside(), nullcontext() if self.explainer is None else self.explainer.unheard():
            yield

    def gradient(self, original: Any, tape: Any, frame: FrameType, args: tuple[Any, ...]) -> Any:
        """A tape is asked for a gradient: hand it on, and look at what came back."""
        target, sources, upstream, unconnected = args
        flat = tf.nest.flatten(sources)
        site = self._site(frame, tape, flat)
        others = self._strangers(tape, flat, site)
        if self.explainer is not None:
            self.explainer.before(tape)
        try:
            found, error = self._ask(original, tape, target, [*flat, *others], len(flat), upstream)
            own, strange = found[: len(flat)], found[len(flat) :]
            with self.ours(), record.stop_recording():
                self._note(target, site, flat, own, others, strange, error)
                if error is None and not site.inner and self.frames.is_own(frame.f_code):
                    self._lost_tensors(site, flat, own)
                if self.explainer is not None and not site.inner and tf.executing_eagerly():
                    self.explainer.taken(Call(site, tape, target, flat, own, error, original))
        finally:
            if self.explainer is not None:
                self.explainer.after(tape)
        if error is not None:
            raise error
        if str(getattr(unconnected, "value", unconnected)) == "zero":
            own = [
                tf.zeros_like(tf.convert_to_tensor(one)) if got is None else got
                for one, got in zip(flat, own, strict=True)
            ]
        if not site.inner:
            self.updates.taken(flat, own)
        if (self.shapes or tf.executing_eagerly()) and not site.inner:
            self._stepped([site])
        return tf.nest.pack_sequence_as(sources, own)

    def function_ran(self) -> None:
        """A compiled function returned to Python: some of the calls traced into it may have run."""
        moved = []
        with self.aside():
            for site in self.sites.values():
                steps = sum(cell.steps for cell in site.cells) if site.cells else 0
                if steps != self._ran.get(id(site), 0):
                    self._ran[id(site)] = steps
                    moved.append(site)
        if moved or (self.shapes and self.sites):
            self._stepped(moved)

    @property
    def optimizing(self) -> bool:
        """Whether an optimizer is applying gradients."""
        return getattr(self._depth, "optimizing", 0) > 0  # Another replica may be waiting in its optimizer.

    @contextmanager
    def fit(self, trainer: Any, name: str) -> Iterator[None]:
        """A model trains itself."""
        self.training.append((trainer, name, {}))
        self.flags.fitted(trainer)
        if not any(trainer is one for one in self.trained):
            self.trained.append(trainer)
        try:
            yield
        finally:
            self.training.pop()

    @contextmanager
    def applying(self, optimizer: Any, pairs: Sequence[tuple[Any, Any]], frame: FrameType) -> Iterator[None]:
        """An optimizer applies gradients to variables; what it writes meanwhile is not the user's writing."""
        self.updates.used(optimizer, pairs, self.frames.stack(frame, limit=1))
        self._depth.optimizing = getattr(self._depth, "optimizing", 0) + 1
        try:
            yield
        finally:
            self._depth.optimizing -= 1

    def written(self, variable: Any) -> None:
        """A variable is assigned to."""
        born = None if self.optimizing else self.births.find(variable)
        if born is not None:
            born.assigned += 1

    def penalties_read(self) -> None:
        """Someone asks a layer for the terms it collected."""
        self.penalties.read |= any(tape._recording for tape in self._tapes)

    def listing(self, layer: Any, found: Sequence[Any], frame: FrameType) -> None:
        """A layer is asked for its variables. What the user's own code got, now and while there were fewer,
        is kept.
        """
        if not self.frames.is_own(frame.f_code):
            return
        if not found:
            self.emptied.setdefault(id(layer), self.frames.stack(frame))
            return
        known = self.listed.setdefault(id(layer), [])
        if len(known) < _MOST_LISTS and all(len(numbers) != len(found) for numbers, _ in known):
            known.append((frozenset(map(versions.handle, found)), self.frames.stack(frame)))

    def tape_opened(self, tape: Any) -> None:
        """A tape records."""
        if self.explainer is not None:
            self.explainer.opened(tape, outermost=not self._tapes)
        self._tapes.append(tape)
        self.taped = True

    def tape_closed(self, tape: Any) -> None:
        """A tape stopped recording."""
        if self.explainer is not None:
            self.explainer.closed(tape)
        self._tapes[:] = [one for one in self._tapes if one is not tape]

    @contextmanager
    def layer_call(
        self, layer: Any, frame: FrameType, args: Sequence[Any], named: Mapping[str, Any]
    ) -> Iterator[Callable[[Any], None]]:
        """A layer is being called, perhaps inside another; the first line that did so is kept. What it
        answers is for whoever explains.
        """
        if id(layer) not in self.called:
            self.called[id(layer)] = self.frames.stack(frame, limit=3)
        if self.calls:
            self.inside.setdefault(id(layer), set()).update(id(one) for one in self.calls)
        self.calls.append(layer)
        self.entered.append(self.frames.first(frame) if self.explainer is not None else None)
        try:
            yield self.explainer.called(layer, args, named) if self.explainer else lambda _: None
        finally:
            self.calls.pop()
            self.entered.pop()

    def placed(self, layer: Any, frame: FrameType) -> None:
        """A layer was applied to a symbolic input: that line is where its operations belong."""
        through = self.frames.passes(frame, "sequential.py")
        stack = self.births.made(layer) if through else ()
        if stack := stack or self.frames.stack(frame):
            self.applied[id(layer)] = stack

    def compiling(self, model: Any, frame: FrameType) -> None:
        """A model is told its loss."""
        self.compiled[id(model)] = self.frames.stack(frame)
        self.flags.compiled(model)

    # What is made of it ---

    def _site(self, frame: FrameType, tape: Any, flat: Sequence[Any]) -> Site:
        stack = self.frames.stack(frame)
        born = [self.births.find(source) for source in flat]
        sources = [one for one in born if one is not None]
        inner = any(one is not tape and one._recording for one in self._tapes)
        key = (framing.key(stack[0]) if stack else None, frozenset(map(id, sources)), inner)
        site = self.sites.get(key)
        if site is None:
            kind = "fit" if self.training else "tape"
            site = self.sites[key] = Site(stack, kind, sources, len(flat) - len(sources), inner)
            site.own = self.frames.asks(frame)
            if not self.shapes:
                with self.ours():
                    self.moves.begin(sources)
            self._quiet_since = (0, _now())
        if self.training:
            site.roots.append(self.training[-1][0])
        return site

    def _strangers(self, tape: Any, flat: Sequence[Any], site: Site) -> list[Any]:
        """Variables the tape saw, meant to train, that this call does not ask for."""
        if site.inner or site.total() >= 2 or not (site.sources or not flat):
            return []
        asked = {versions.handle(source) for source in flat}
        found = []
        for variable in tape.watched_variables():
            born = self.births.find(variable)
            if born is None or versions.handle(variable) in asked or born in self.asked:
                continue
            if born.stack and born.trainable and not born.assigned and variable.dtype.is_floating:
                found.append(variable)
        return found[:_MOST_STRANGERS]

    def _ask(
        self, original: Any, tape: Any, target: Any, everything: list[Any], own: int, upstream: Any
    ) -> tuple[list[Any], Exception | None]:
        """The gradients, or the error that the program will get; what we ask beyond the user's own must not
        raise one.
        """
        error = None
        for wanted in dict.fromkeys((len(everything), own)):
            found, error = self._try(original, tape, target, everything[:wanted], upstream)
            if error is None:
                return [*found, *([None] * (len(everything) - wanted))], None
        return [None] * len(everything), error

    def _try(
        self, original: Any, tape: Any, target: Any, sources: list[Any], upstream: Any
    ) -> tuple[list[Any], Exception | None]:
        try:
            with self.aside(), self._backward():
                return original(tape, target, sources, upstream), None
        except Exception as error:
            return [], error

    @contextmanager
    def _backward(self) -> Iterator[None]:
        if self.explainer is None:
            yield
            return
        with self.explainer.backward():
            yield

    def _note(
        self,
        target: Any,
        site: Site,
        flat: Sequence[Any],
        own: Sequence[Any],
        others: Sequence[Any],
        strange: Sequence[Any],
        error: Exception | None,
    ) -> None:
        site.error = None if error is None else said(error)
        for variable, gradient in zip(others, strange, strict=True):
            born = self.births.find(variable)
            if gradient is not None and born is not None:
                site.reached.add(born)
        if not site.inner:
            self.asked.update(site.sources)
        for born in (*site.sources, *site.reached):
            born.describe()
        gradients = [
            one for source, one in zip(flat, own, strict=True) if self.births.find(source) is not None
        ]
        if not tf.executing_eagerly():
            self._look_at_graph(target, site, gradients)
            if not self.shapes:
                site.cells.append(Cell(gradients, target, scaled=self.scaled))
                return
        elif not site.steps and (value := total(target)) is not None:
            site.first = float(value)
        self._tally(site, gradients)

    def _lost_tensors(self, site: Site, flat: Sequence[Any], own: Sequence[Any]) -> None:
        """Tensors without a gradient, in place of variables or not."""
        at = framing.key(site.stack[0])
        before = self.positions.get(at, [])
        now = [self.births.find(source) for source in flat]
        for index, (source, gradient, born) in enumerate(zip(flat, own, now, strict=True)):
            if born is None and gradient is None and hasattr(source, "dtype"):
                was = before[index] if index < len(before) else None
                lost = LostTensor(site, index, versions.shape(source), versions.dtype(source), was)
                self.lost_tensors.setdefault((at, index), lost)
        self.positions[at] = [known or old for known, old in itertools.zip_longest(now, before)]

    def _look_at_graph(self, target: Any, site: Site, gradients: Sequence[Any]) -> None:
        missing = [born for born, gradient in zip(site.sources, gradients, strict=False) if gradient is None]
        if missing and not site.inner:
            found = self.graph_causes(self, target, missing)
            self.traced.update((born, causes) for born, causes in found.items() if causes)
        if not site.inner and not site.cells:
            with suppress(Exception):  # A look that fails is no reason to fail.
                self.partial.update(self.graph_parts(self, target, site))

    def _tally(self, site: Site, gradients: Sequence[Any]) -> None:
        site.steps += 1
        if site.spoilt or site.steps > 50 * self._steps:
            return
        measures = [self._measure(one) for one in gradients]
        before = site.tallies or [Tally()] * len(measures)
        site.tallies = [tally.add(seen) for tally, seen in zip(before, measures, strict=True)]
        site.spoilt = not self.scaled and not all(seen.finite for seen in measures)

    # When it is enough ---

    def _stepped(self, moved: Sequence[Site]) -> None:
        if not self.shapes:
            with self.ours():
                self.moves.look(born for site in moved for born in site.sources)
        quiet, since = self._quiet_since
        wanted = 1 if self.shapes else self._steps
        done = all(site.settled(wanted, scaled=self.scaled) for site in self.sites.values() if not site.inner)
        self._quiet_since = (quiet + 1, since) if done else (0, _now())
        if self.training:
            trainer, name, counts = self.training[-1]
            for site in moved:
                counts[id(site)] = counts.get(id(site), 0) + 1
            seen = all(site.settled(0, scaled=self.scaled) for site in moved)
            if name == "fit" and seen and min(counts.values()) >= self._steps:
                trainer.stop_training = True
        self._ended()

    @property
    def enough(self) -> bool:
        """Whether every gradient call was seen often enough, and nothing new came for a while."""
        quiet, since = self._quiet_since
        return quiet > 2 * self._steps and _now() - since > _QUIET_SECONDS
