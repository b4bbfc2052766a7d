"""Sees every gradient a program takes: which variables were asked for, what came back, at which of the user's
lines.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Any

import tensorflow as tf
from tensorflow.python.eager import record

from gradcheck.probe.engine.watch.births import Births, Born
from gradcheck.probe.engine.watch.flags import Flags
from gradcheck.probe.engine.watch.frames import Frames
from gradcheck.probe.engine.watch.gradient_calls import Call, Explainer, Site
from gradcheck.probe.engine.watch.gradients import Causes, Gradients
from gradcheck.probe.engine.watch.layer_calls import LayerCalls
from gradcheck.probe.engine.watch.measure import Cell, measure, total
from gradcheck.probe.engine.watch.progress import Progress
from gradcheck.probe.engine.watch.shapes_only import connected
from gradcheck.probe.engine.watch.variable_lists import VariableLists
from gradcheck.probe.job.said import said

GraphCauses = Callable[["Watch", Any, Sequence[Born]], Causes]
GraphParts = Callable[["Watch", Any, Site], Causes]


class Watch:
    """What the hooks report goes through here, into one book for each kind of fact.

    `calls` are calls of layers, `flags` changes of `trainable`, `lists` lists of variables, `gradients`
    gradient calls and what they returned, `progress` training loops and whether enough was seen of them.
    `births` knows every variable and layer by the line that made it. Each book says what it holds; verdicts
    are made of that. `shapes` says that nothing is computed, `taped` that a tape was opened,
    `failed_look` how a look for causes failed.
    """

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
        self.calls = LayerCalls(frames, births)
        self.flags = Flags(frames)
        self.lists = VariableLists(frames, births)
        self.gradients = Gradients(births, steps=steps, measure=connected if shapes else measure)
        self.progress = Progress(steps=steps, shapes=shapes)
        self.shapes = shapes
        self.taped = False
        self.failed_look = ""
        self.explainer: Explainer | None = None
        self.graph_causes: GraphCauses = lambda watch, target, missing: {}
        self.graph_parts: GraphParts = lambda watch, target, site: {}
        self._tapes: list[Any] = []
        self._ended = ended
        self._depth = threading.local()

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
        others = self.gradients.strangers(tape, flat, site)
        if self.explainer is not None:
            self.explainer.before(tape)
        try:
            found, error = self._ask(original, tape, target, [*flat, *others], len(flat), upstream)
            own, strange = found[: len(flat)], found[len(flat) :]
            with self.ours(), record.stop_recording():
                self._note(target, site, flat, own, others, strange, error)
                if error is None and not site.inner and self.frames.is_own(frame.f_code):
                    self.lists.sources(site, flat, own)
                if self.explainer is not None and tf.executing_eagerly():
                    with self._looking():
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
            self.gradients.updates.taken(flat, own)
        if (self.shapes or tf.executing_eagerly()) and not site.inner:
            self._stepped([site])
        return tf.nest.pack_sequence_as(sources, own)

    def function_ran(self) -> None:
        """A compiled function returned to Python: some of the calls traced into it may have run."""
        with self.aside():
            moved = self.gradients.moved()
        if moved or (self.shapes and self.gradients.sites):
            self._stepped(moved)

    @property
    def optimizing(self) -> bool:
        """Whether an optimizer is applying gradients."""
        return getattr(self._depth, "optimizing", 0) > 0  # Another replica may be waiting in its optimizer.

    @contextmanager
    def fit(self, trainer: Any, name: str, frame: FrameType, *, patient: bool = False) -> Iterator[None]:
        """A model trains itself; `patient` where something may happen to it later on."""
        self.flags.fitted(trainer, frame)
        with self.progress.fit(trainer, name, patient=patient):
            yield

    @contextmanager
    def applying(self, optimizer: Any, pairs: Sequence[tuple[Any, Any]], frame: FrameType) -> Iterator[None]:
        """An optimizer applies gradients to variables; what it writes meanwhile is not the user's writing."""
        stack = self.frames.stack(frame, limit=1)
        self.gradients.updates.used(optimizer, pairs, stack)
        if not (self.shapes or self.optimizing):
            with self.ours(), record.stop_recording(), self._looking():
                self.gradients.zeros_applied(optimizer, pairs, stack)
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
        self.gradients.penalties.read |= any(tape._recording for tape in self._tapes)

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
        if self.progress.trainer is not None:
            self.gradients.watched(tape)
        self._tapes[:] = [one for one in self._tapes if one is not tape]

    @contextmanager
    def layer_call(
        self, layer: Any, frame: FrameType, args: Sequence[Any], named: Mapping[str, Any]
    ) -> Iterator[Callable[[Any], None]]:
        """A layer is being called, perhaps inside another; the first line that did so is kept. What it
        answers is for whoever explains.
        """
        with self.calls.call(layer, frame, enter=self.explainer is not None):
            yield self.explainer.called(layer, args, named) if self.explainer else lambda _: None

    def compiling(self, model: Any, frame: FrameType) -> None:
        """A model is given its loss."""
        self.calls.given_loss(model, frame)
        self.flags.compiled(model)

    # What is made of it ---

    def _site(self, frame: FrameType, tape: Any, flat: Sequence[Any]) -> Site:
        inner = any(one is not tape and one._recording for one in self._tapes)
        trainer = self.progress.trainer
        kind = "tape" if trainer is None else "fit"
        site, new = self.gradients.site(self.frames.stack(frame), flat, inner=inner, kind=kind)
        if new:
            site.own = self.frames.asks(frame)
            site.traced = self.flags.now
            if not self.shapes:
                with self.ours():
                    self.gradients.moves.begin(site.sources)
            self.progress.something_new()
        if trainer is not None:
            site.roots.append(trainer)
        return site

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
        self.gradients.came(site, others, strange)
        gradients = self.gradients.of_variables(flat, own)
        if not tf.executing_eagerly():
            self._look_at_graph(target, site, gradients)
            if not self.shapes:
                site.cells.append(Cell(gradients, target, scaled=self.gradients.scaled))
                return
        elif not site.steps and (value := total(target)) is not None:
            site.first = float(value)
        self.gradients.tally(site, gradients)

    @contextmanager
    def _looking(self) -> Iterator[None]:
        """A look at causes that fails is no reason for the program to fail; the reader is told."""
        try:
            yield
        except Exception as error:
            self.failed_look = self.failed_look or said(error)

    def _look_at_graph(self, target: Any, site: Site, gradients: Sequence[Any]) -> None:
        missing = [born for born, gradient in zip(site.sources, gradients, strict=False) if gradient is None]
        if missing and not site.inner:
            with self._looking():
                found = self.graph_causes(self, target, missing)
                self.gradients.traced.update((born, causes) for born, causes in found.items() if causes)
        if not site.inner and not site.cells:
            with self._looking():
                self.gradients.partial.update(self.graph_parts(self, target, site))

    def _stepped(self, moved: Sequence[Site]) -> None:
        for site in moved:
            site.ran = self.flags.now
        if not self.shapes:
            with self.ours():
                self.gradients.moves.look(born for site in moved for born in site.sources)
        self.progress.stepped([*self.gradients.outer()], moved, scaled=self.gradients.scaled)
        self._ended()
