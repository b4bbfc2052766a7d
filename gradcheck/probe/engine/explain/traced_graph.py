"""A graph under construction, read like a record of what ran: for faults that only the traced program has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Any

import tensorflow as tf

from gradcheck.probe.engine.explain.causes import Pointer, seen_by
from gradcheck.probe.engine.explain.ends import End
from gradcheck.probe.engine.explain.none import Question
from gradcheck.probe.engine.explain.partial import Always, Terms
from gradcheck.probe.engine.explain.record import flows
from gradcheck.probe.engine.explain.registry_gradients import broken
from gradcheck.probe.engine.explain.trace import CALLS, Custom, Node, Trace
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Frames, Stack
from gradcheck.probe.engine.watch.gradient_calls import Site
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.accounts import PIPELINE
from gradcheck.report.kinds import Kind
from gradcheck.report.verdict import Cause

_DEPTH = 5


def explain(watch: Watch, target: Any, missing: Sequence[Born]) -> dict[Born, tuple[Cause, ...]]:
    """Why these variables have no gradient in the graph that is being traced right now."""
    targets = [one for one in tf.nest.flatten(target) if hasattr(one, "graph")]
    if not targets:
        return {}
    graph = targets[0].graph
    reading = _Reading(watch.frames)
    reading.graph(graph)
    back = reading.trace.backward(id(one) for one in targets)
    question = Question(
        reading.trace, back, len(reading.trace.nodes), 0, Always(()), broken, lambda node, cone: False
    )
    pointer = Pointer(watch, reading.trace)
    found = {}
    for born in missing:
        copies = list(_inside(graph, watch.births.numbers(born)))
        near = [
            one for one in copies if not back.isdisjoint(reading.trace.reads(one, len(reading.trace.nodes)))
        ]
        ends = [end for number in near or copies for end in question.why_none(number)]
        ends = ends or [end for number in copies for end in _in_a_pipeline(reading.trace, back, number)]
        found[born] = tuple(cause for end in ends if (cause := pointer.cause(born, end)) is not None)
    return found


def _in_a_pipeline(trace: Trace, back: Set[int], number: int) -> Iterator[End]:
    """Where a loop over a dataset, which a compiled function makes a pipeline of, takes a variable."""
    for index in trace.consumers.get(number, ()):
        node = trace.nodes[index]
        if node.op.endswith("Dataset") and index in back:
            yield End(Kind.NO_GRADIENT, node.stack, node.op, (index,), index, variant=PIPELINE)


def partial(watch: Watch, target: Any, site: Site) -> dict[Born, tuple[Cause, ...]]:
    """Which variables get no gradient from a term of the loss, in the graph that is being traced now."""
    targets = [one for one in tf.nest.flatten(target) if hasattr(one, "graph")]
    if not targets:
        return {}
    graph = targets[0].graph
    site.computed = seen_by(site.stack, watch.frames.mapped(targets[-1].op.traceback))
    numbers = {number: born for born in site.sources for number in _inside(graph, watch.births.numbers(born))}
    found: dict[Born, tuple[Cause, ...]] = {}
    for frames in (None, watch.frames):  # Most losses are whole: where their lines are need not be known.
        reading = _Reading(frames)
        reading.graph(graph)
        terms = Terms(reading.trace, tuple(map(id, targets)), tuple(numbers), broken)
        if frames is None and not terms.suspicious(watch.gradients.penalties.numbers()):
            break
        found = dict(Pointer(watch, reading.trace, site.computed).parts(terms, numbers, site))
    return found


class _Reading:
    """Turns operations into nodes, the bodies of called functions in place of the calls."""

    def __init__(self, frames: Frames | None) -> None:
        self.trace = Trace()
        self._frames = frames

    def graph(self, graph: Any, depth: int = 0) -> None:
        for op in graph.get_operations():
            bodies = list(_bodies(graph, op)) if op.type in CALLS and depth < _DEPTH else []
            for body, skipped in bodies:
                inside = list(zip(op.inputs[skipped:], body.inputs, strict=False))
                for given, placeholder in inside:
                    self._link(given, placeholder)
                self.graph(body, depth + 1)
                for made, output in zip(body.outputs, op.outputs, strict=False):
                    self._link(made, output)
            if not bodies:
                self._node(op)

    def _node(self, op: Any) -> None:
        stack = () if self._frames is None else self._frames.mapped(op.traceback)
        inputs, outputs = tuple(op.inputs), tuple(op.outputs)
        given = tuple(map(id, inputs))
        custom = Custom(given, stack, None) if "_gradient_op_type" in op.node_def.attr else None
        self._add(op.type, inputs, outputs, stack, custom, any(map(flows, outputs)) or not outputs)

    def _link(self, given: Any, made: Any) -> None:
        self._add("Identity", (given,), (made,), (), None, flows(made))

    def _add(
        self,
        op: str,
        inputs: tuple[Any, ...],
        outputs: tuple[Any, ...],
        stack: Stack,
        custom: Custom | None,
        floating: bool,
    ) -> None:
        given, made = tuple(map(id, inputs)), tuple(map(id, outputs))
        self.trace.add(
            Node(
                index=len(self.trace.nodes),
                op=op,
                inputs=given,
                outputs=made,
                stack=stack,
                recorded=True,
                stopped=False,
                floating=floating,
                custom=custom,
                tensors=(inputs, outputs),
            )
        )


def _bodies(graph: Any, op: Any) -> Iterator[tuple[Any, int]]:
    """The functions an operation calls, each with the number of inputs that are not handed to it."""
    names = (
        ("then_branch", "else_branch")
        if op.type.endswith("If")
        else ("body",)
        if "While" in op.type
        else ("f",)
    )
    skipped = 1 if "If" in op.type or "Case" in op.type else 0
    functions = op.get_attr("branches") if "Case" in op.type else [op.get_attr(name) for name in names]
    for function in functions:
        found = graph._get_function(getattr(function, "name", function))
        body = getattr(found, "graph", None)
        if body is not None:
            yield body, skipped


def _inside(graph: Any, numbers: Sequence[int]) -> Iterator[int]:
    """The placeholders through which a graph reads a variable."""
    for outer, inner in graph.captures:
        if inner.dtype == tf.resource and getattr(versions.outermost(outer), "_id", None) in numbers:
            yield id(inner)
