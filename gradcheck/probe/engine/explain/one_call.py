"""Why the gradients of one call are bad: the questions that its variables raise, with what they share."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import CodeType
from typing import Any

import tensorflow as tf
from tensorflow.python.framework import ops

from gradcheck.probe.engine.explain.cached import cached
from gradcheck.probe.engine.explain.causes import Pointer, computed
from gradcheck.probe.engine.explain.copies import Copies
from gradcheck.probe.engine.explain.ends import End
from gradcheck.probe.engine.explain.factors import Variables
from gradcheck.probe.engine.explain.influence import Influence
from gradcheck.probe.engine.explain.joined_parts import JOINS, left_over, stopped, unanswered
from gradcheck.probe.engine.explain.misnamed_methods import misnamed_method
from gradcheck.probe.engine.explain.none import Question, derived
from gradcheck.probe.engine.explain.own_gradients import closed_over, recomputed
from gradcheck.probe.engine.explain.record import Recorder, TapeRecord
from gradcheck.probe.engine.explain.registry_gradients import broken
from gradcheck.probe.engine.explain.trace import READS, Node
from gradcheck.probe.engine.explain.uncalled import bypassed, piped, uncalled
from gradcheck.probe.engine.explain.untold import untold
from gradcheck.probe.engine.explain.zero_nan_inf import Values
from gradcheck.probe.engine.watch import expressions, versions
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Stack, place
from gradcheck.probe.engine.watch.gradient_calls import Call, LostTensor
from gradcheck.probe.engine.watch.judge import Measure
from gradcheck.probe.engine.watch.measure import measure
from gradcheck.report.accounts import CACHED, SPOILT, UNTOLD
from gradcheck.report.finding import Cut
from gradcheck.report.kinds import Kind
from gradcheck.report.verdict import Cause

_UNREGISTERED = re.compile(r"(?:entry for:?|operation ?'[^']*' \(op type:) ?(\w+)")
_BEHIND_JOIN = ((Kind.STOPPED, "beside", stopped), (Kind.DEAD_VALUE, "left-over", left_over))
"""What may become of a part of joined values: the kind, the case, and what finds it."""
_LEAVING = frozenset({Kind.NUMPY, Kind.CAPTURED})
_WASTED = frozenset({Kind.NOT_IN_LOSS, Kind.DEAD_VALUE})


class CallExplainer:
    """The questions one gradient call raises, with what they share."""

    def __init__(
        self,
        recorder: Recorder,
        call: Call,
        tape_record: TapeRecord,
        previous: int,
        known: Mapping[Born, tuple[Cause, ...]],
    ) -> None:
        self.recorder = recorder
        self.known = known
        self.trace = recorder.trace
        self.call = call
        self.tape_record = tape_record
        self.targets = [one for one in tf.nest.flatten(call.target) if isinstance(one, ops.EagerTensor)]
        made = computed(self.trace, [one._id for one in self.targets], tape_record.stack)
        call.site.computed = made
        self.end = recorder.now
        self.previous = previous
        self.back = self.trace.backward(one._id for one in self.targets)
        copies = Copies(self.trace, self.back, self.end, tape_record.stack)
        self.pointer = Pointer(recorder.watch, recorder.trace, made, copies)
        self.question = Question(self.trace, self.back, self.end, previous, tape_record, broken, self._dead)
        births, gradients = recorder.watch.births, recorder.watch.gradients
        variables = Variables(births.by_number, gradients.asked, gradients.moves.still)
        self.values = Values(self.trace, self.back, self.end, self.truth, self._local, variables)
        self._truth: dict[int, Any] | None = None

    def causes(self, born: Born, source: Any, seen: Measure) -> Iterator[Cause]:
        """Why a variable's gradient is as it is; nothing when it is well."""
        number = versions.handle(source)
        if seen.missing:
            yield from self.missing(born, source)
        elif number is not None and not seen.finite:
            ends = self.values.why_not_finite(number)
            yield from self._spoilt_before(ends) or self._diverged(ends) or self._explained(born, ends)
        elif number is not None and seen.peak == 0:
            ends = [derived(self.trace, end) for end in self._beyond(self.values.why_zero(number))]
            yield from self._pointed(born, ends or list(recomputed(self.trace, self.back, number, broken)))

    def _spoilt_before(self, ends: Sequence[End]) -> tuple[Cause, ...]:
        """Why a weight is no number that the loss is computed from: an update of another call made it so."""
        if not any(end.node is not None and self.trace.nodes[end.node].op in READS for end in ends):
            return ()
        for number in self.values.spoilt_weights():
            born = self.recorder.watch.births.by_number(number)
            if born is not None and (found := spoiling(self.known.get(born, ()))):
                return found
        return ()

    def _diverged(self, ends: Sequence[End]) -> tuple[Cause, ...]:
        """What makes values overflow that were fine in the steps before: each threw the weights off."""
        if self.call.site.total() < 2 or any(end.variant != "overflow" for end in ends):
            return ()
        borns = (self.recorder.watch.births.find(one) for one in self.call.flat)
        found = (self.pointer.diverging(born) for born in borns if born is not None)
        return next((causes for one in found if (causes := tuple(one))), ())

    def _beyond(self, ends: Sequence[End]) -> list[End]:
        """These ends; what dies where values are joined ends where its part is taken out again, or kept from
        being."""
        found: list[End] = []
        for end in ends:
            node = None if end.node is None else self.trace.nodes[end.node]
            found += self._behind_join(node, end) if node is not None and node.op in JOINS else []
            found += [] if found else [end]
        return found

    def _behind_join(self, join: Node, end: End) -> list[End]:
        """What becomes of a part for which nothing comes back: whoever uses it is stopped, or nobody does."""
        if parts := self._unanswered(join):
            return self.values.killers(parts) or self.question.onward(parts)
        for kind, variant, find in _BEHIND_JOIN:
            if nodes := [self.trace.nodes[index] for index in find(self.trace, self.back, join)]:
                ends = [End(kind, one.stack, one.op, (one.index,), one.index) for one in nodes]
                return [replace(end, variant=variant) for end in ends]
        lost = (self._lost(join, part) for part in join.given if self.values.dead(part))
        unknown = [replace(end, variant="joined")] if end.kind is Kind.ZERO_SLOPE else []
        return [one for one in lost if one is not None] or unknown

    def _lost(self, join: Node, part: Any) -> End | None:
        """Where what is computed from now on does not depend on a part of what was joined."""

        def depends(tensor: Any) -> bool:
            return measure(self._local([tensor], [tf.random.normal(tensor.shape)], part)).peak > 0

        return Influence(self.trace, self.back, self.end, depends).lost(join)

    def _unanswered(self, join: Node) -> list[int]:
        return list(dict.fromkeys(unanswered(self.trace, self.back, join, self.values.alive)))

    def refused(self, born: Born) -> Iterator[Cause]:
        """Why the tape raised instead of answering."""
        site = self.call.site
        error = str(self.call.error)
        if self.call.tape._tape is None and site.stack:
            at = place(site.stack[0])
            yield Cause(Cut(Kind.TAPE_REUSED, at.location, at.code, at.where))
        elif (named := _UNREGISTERED.search(error)) is not None:
            nodes = (self.trace.nodes[index] for index in sorted(self.back))
            ends = [
                End(Kind.NO_GRADIENT, node.stack, node.op, (node.index,), node.index)
                for node in nodes
                if node.op == named[1]
            ]
            yield from self._pointed(born, ends[:1])

    def tensor(self, lost: LostTensor) -> Iterator[Cause]:
        """Why a tensor has no gradient: it took a variable's place, was not watched in time, or is not in the
        loss.
        """
        tensor = int(getattr(self.call.flat[lost.position], "_id", -1))
        made = self.trace.producer.get(tensor)
        stack = self.trace.nodes[made].stack if made is not None else ()
        if lost.was is not None:
            yield from self.pointer.at(Kind.REBOUND, stack or self.call.site.stack)
            return
        used = [index for index in self.trace.consumers.get(tensor, ()) if index in self.back]
        watched = self.tape_record.watched.get(tensor)
        if not used:
            yield from self.pointer.at(Kind.WRONG_VARIABLES, self._parted(tensor) or self.call.site.stack)
        elif watched is None or watched[0] > used[0]:
            yield from self.pointer.at(Kind.NOT_WATCHED, watched[1] if watched else self.call.site.stack)

    def _parted(self, tensor: int) -> Stack:
        """Where the target went its own way, from something that this tensor was computed from as well: a
        second pass. As the function sees it that asks for the gradient.
        """
        own = self.trace.backward([tensor])
        data = {one for index in own for one in self.trace.nodes[index].inputs} - self._weights(own)
        for index in sorted(self.back - own):
            node = self.trace.nodes[index]
            if self.tape_record.recorded(index) and data.intersection(node.inputs):
                asker = self.call.site.stack[0].code if self.call.site.stack else None
                return next(
                    (node.stack[at:] for at, frame in enumerate(node.stack) if frame.code is asker), ()
                )
        return ()

    def _weights(self, nodes: Collection[int]) -> set[int]:
        """What is no data: variables, and what was read of them."""
        reads = [self.trace.nodes[index] for index in nodes if self.trace.nodes[index].op in READS]
        return {one for node in reads for one in (*node.inputs, *node.outputs)}

    def missing(self, born: Born, source: Any) -> Iterator[Cause]:
        """Why a variable got no gradient at all."""
        if not versions.dtype(source).startswith(("float", "bfloat", "complex")):
            yield from self.pointer.at_birth(Kind.INTEGER_WEIGHT, born)
            return
        number = versions.handle(source)
        if number is None:
            return
        if not self.trace.reads(number, self.end):
            yield from self._unread(born, number)
            return
        if self._collected(number):
            yield from self.pointer.at(Kind.LOSSES_IGNORED, self.pointer.loss or self.call.site.stack)
            return
        reads = self.trace.reads(number, self.end)
        if drawn := cached(self.trace, self.back, reads, self.tape_record):
            yield from self.pointer.at(Kind.OUTSIDE_TAPE, drawn, variant=CACHED)
            return
        ends = self.question.why_none(number) or [*closed_over(self.trace, self.back, reads)]
        earlier = max(reads) < self._since
        wasted = earlier and all(end.kind in _WASTED or _copies_weights(end) for end in ends)
        yield from (wasted and self._not_since(number)) or self._explained(born, ends)

    @property
    def _since(self) -> int:
        """Where the step that this call belongs to began."""
        return self.previous or self.tape_record.first

    @cached_property
    def _ran(self) -> dict[CodeType, Stack]:
        """The code that ran in that step, and who called it."""
        stacks = dict.fromkeys(node.stack for node in self.trace.nodes[self._since :])
        frames = ((frame.code, stack[at + 1 :]) for stack in stacks for at, frame in enumerate(stack))
        return {code: around for code, around in frames if code is not None}

    def _not_since(self, number: int) -> tuple[Cause, ...]:
        """Why nothing has read a variable since an earlier step: the model around its layer is trained
        through another method, or the layer was called when it was made and never again.
        """
        calls = self.trace.calls.calls
        if stack := bypassed(self.recorder.watch.births, number, calls, self._since):
            return tuple(self.pointer.at(Kind.REACHES_NOTHING, stack))
        cause = self._untold(number) or self._uncalled(number)
        return () if cause is None else (cause,)

    def _unread(self, born: Born, number: int) -> Iterator[Cause]:
        """Why nothing read a variable: its layer was called in a data pipeline alone, or not at all, or does
        not use it.
        """
        if stack := piped(self.recorder.watch, number):
            yield from self.pointer.at(Kind.OUTSIDE_TAPE, stack)
            return
        misnamed = misnamed_method(self.recorder.watch, number) if self.back else None
        if (cause := misnamed or self._untold(number) or self._uncalled(number)) is not None:
            yield cause
            return
        # Where nothing was recorded (a thread of the program's own), nothing is known.
        yield from self.pointer.at_birth(Kind.UNUSED_WEIGHT if self.back else Kind.UNEXPLAINED, born)

    def _untold(self, number: int) -> Cause | None:
        """The call that should have said that it trains."""
        calls = self.trace.calls.since(self._since)
        found = untold(self.recorder.watch, number, calls, self._ran) if self.back else None
        if found is None:
            return None
        at, test = found
        cut = Cut(Kind.REACHES_NOTHING, at.location, at.code, at.where, variant=UNTOLD, detail=test)
        return Cause(cut)

    def _uncalled(self, number: int) -> Cause | None:
        """The layer that this step should have called."""
        calls = self.trace.calls.since(self._since)
        found = uncalled(self.recorder.watch, number, calls, self._ran.keys()) if self.back else None
        if found is None:
            return None
        at, variant = found
        return Cause(Cut(Kind.UNCALLED_LAYER, at.location, at.code, at.where, variant=variant))

    def _collected(self, number: int) -> bool:
        """Whether all that a variable does is to be part of a term that a layer collected, and nobody asked
        for those terms.
        """
        penalties = self.recorder.watch.gradients.penalties
        cone = self.trace.forward(self.trace.reads(number, self.end), self.end)
        return (
            not penalties.read
            and not cone & self.back
            and not self.trace.made_by(cone).isdisjoint(penalties.numbers())
        )

    def _explained(self, born: Born, ends: Sequence[End]) -> Iterator[Cause]:
        """The causes these ends stand for; a fault that has none is said to be unexplained."""
        found = list(self._pointed(born, ends))
        yield from found or self.pointer.at_birth(Kind.UNEXPLAINED, born)

    def _pointed(self, born: Born, ends: Sequence[End]) -> Iterator[Cause]:
        roots = self.call.site.roots
        for end in ends:
            cause = self.pointer.cause(born, end, roots[-1] if roots else None)
            if cause is not None:
                yield cause

    def truth(self) -> dict[int, Any]:
        """The gradient of every intermediate value, asked of the tape itself."""
        if self._truth is None:
            wanted = {
                one._id: one
                for index in self.back
                for one in self.trace.nodes[index].made
                if one.dtype.is_floating or one.dtype.is_complex
            }
            self._truth = dict(zip(wanted, self._gradient(list(wanted.values())), strict=True))
        return self._truth

    def _gradient(self, sources: Sequence[Any]) -> list[Any]:
        if not sources:
            return []
        try:
            return list(self.call.gradient(self.call.tape, self.targets, list(sources)))
        except Exception:
            return [None] * len(sources)

    def _local(self, outputs: Sequence[Any], upstream: Sequence[Any], given: Any) -> Any:
        """What one operation hands back to one input, given the gradients of its outputs."""
        try:
            return self.call.gradient(self.call.tape, list(outputs), given, output_gradients=list(upstream))
        except Exception:
            return None

    def _dead(self, node: Node, cone: Collection[int]) -> bool:
        """Whether a gradient function gave nothing to an input although its output had something to give."""
        truth = self.truth()
        if all(truth.get(output) is None for output in node.outputs):
            return False
        given = node.custom.inputs if node.custom is not None else _floating(node)
        return any(self.trace.producer.get(one) in cone and truth.get(one) is None for one in given)


def _floating(node: Node) -> list[int]:
    """What came into an operation and can have a gradient."""
    return [one._id for one in node.given if one.dtype.is_floating or one.dtype.is_complex]


def spoiling(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    """Those of these causes that make NaN of a gradient."""
    return tuple(cause for cause in causes if cause.cut.kind in SPOILT)


def _copies_weights(end: End) -> bool:
    """Whether values leave TensorFlow for another model to begin with them."""
    at = place(end.stack[0]) if end.stack else None
    return end.kind in _LEAVING and at is not None and expressions.calls(at, "get_weights")
