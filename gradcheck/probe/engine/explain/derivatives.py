"""Gradients that a program takes in its forward pass: of an energy, for a penalty, in an inner step. What is
computed from them depends on all that the tape saw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.python.framework import ops

from gradcheck.probe.engine.explain.trace import TAKEN, Derivative, Node, Trace
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.frames import Stack, key
from gradcheck.probe.engine.watch.gradient_calls import Call
from gradcheck.report.kinds import Kind

_ZEROS = 8
"""Operations within which the zeros are made that take a gradient's place."""


def note(trace: Trace, call: Call) -> None:
    """Write down a gradient call that asks for a tensor, or that lies inside another tape. Where no tape ran
    beside its own, the steps of the backward pass are not recorded: one operation stands for them.
    """
    targets = [one._id for one in tf.nest.flatten(call.target) if isinstance(one, ops.EagerTensor)]
    found = [one._id for one in call.gradients if isinstance(one, ops.EagerTensor)]
    plain = [gradient for one, gradient in zip(call.flat, call.gradients, strict=True) if _is_plain(one)]
    if not plain and not (found and call.site.inner):
        return
    asked = [one for one in call.flat if _is_plain(one)]
    pairs = zip(asked, plain, strict=True)
    lost = next((_why(trace, call, one, targets) for one, gradient in pairs if gradient is None), None)
    trace.derivatives.append(
        Derivative(frozenset(targets), frozenset(found), call.site.stack, len(trace.nodes), lost)
    )
    unmade = tuple(one for one in found if one not in trace.producer)
    if unmade:
        trace.add(
            Node(
                index=len(trace.nodes),
                op=TAKEN,
                inputs=tuple(targets),
                outputs=unmade,
                stack=call.site.stack,
                recorded=False,
                stopped=False,
                floating=True,
            )
        )


def _why(trace: Trace, call: Call, source: Any, targets: Sequence[int]) -> tuple[Kind, Stack] | None:
    """Why a tape knows no way to a tensor: it was not told to watch it, or did not see what its target was
    computed with.
    """
    seen = call.tape._gradcheck
    if source._id not in seen.watched:
        return Kind.NOT_WATCHED, call.site.stack
    made = [trace.producer[one] for one in targets if one in trace.producer]
    if made and not seen.recorded(made[-1]):
        return Kind.OUTSIDE_TAPE, trace.nodes[made[-1]].stack
    return None


def taken_of(trace: Trace, made: Collection[int], back: Collection[int]) -> Iterator[Derivative]:
    """The derivatives of something among these tensors that flow into these operations."""
    for one in trace.derivatives:
        if not one.targets.isdisjoint(made) and _flows(trace, one, back):
            yield one


def lost_at(trace: Trace, stack: Stack) -> tuple[Kind, Stack] | None:
    """Why the tape knew no way to a derivative that was asked for at this place, if that is so."""
    return next((one.lost for one in trace.derivatives if one.lost and _same(one.stack, stack)), None)


def _flows(trace: Trace, one: Derivative, back: Collection[int]) -> bool:
    """Whether an answer is used: a gradient, or the zeros that were asked for in its place."""
    zeros = range(one.at, min(one.at + _ZEROS, len(trace.nodes))) if one.lost else ()
    return any(index in back and _same(trace.nodes[index].stack, one.stack) for index in zeros) or any(
        index in back for number in one.gradients for index in trace.consumers.get(number, ())
    )


def _same(one: Stack, other: Stack) -> bool:
    return bool(one and other) and key(one[0]) == key(other[0])


def _is_plain(source: Any) -> bool:
    return isinstance(source, ops.EagerTensor) and versions.handle(source) is None
