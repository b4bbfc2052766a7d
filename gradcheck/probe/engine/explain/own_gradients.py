"""Paths that end in a function with a gradient of its own: beside its arguments, or in its backward pass."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from gradcheck.probe.engine.explain.ends import End
from gradcheck.probe.engine.explain.trace import FACTS, Node, Trace
from gradcheck.report.kinds import Kind


def closed_over(trace: Trace, back: Collection[int], reads: Collection[int]) -> Iterator[End]:
    """A function with a gradient of the user's own that what is computed from these reads takes part in,
    though it is none of the function's arguments.
    """
    cone = trace.forward(reads, len(trace.nodes))
    for index in sorted(back):
        custom = trace.nodes[index].custom
        if custom is not None and custom.by_user and not cone.isdisjoint(trace.plainly([index])):
            yield End(Kind.CUSTOM_GRADIENT, custom.stack, "", (index,), index, variant="closure")
            return


def recomputed(
    trace: Trace, back: Collection[int], variable: int, broken: Callable[[Node], tuple[Kind, str] | None]
) -> Iterator[End]:
    """Where a path ends inside a function that computes its own gradient: at what the user's own backward
    pass answers, or, where a library runs the function once more as gradient checkpoints do, at what has
    none: it answers with zeros.
    """
    handed = trace.made_by(trace.reads(variable, len(trace.nodes)))
    for index in sorted(back):
        custom = trace.nodes[index].custom
        if custom is None or handed.isdisjoint(custom.inputs):
            continue
        if custom.by_user:
            yield End(Kind.CUSTOM_GRADIENT, custom.stack, "", (index,), index, variant="zeros")
            return
        inside = trace.forward(trace.reads(variable, index), index + 1)
        for step in sorted(inside & trace.plainly([index])):
            found = broken(trace.nodes[step])
            if found is not None and trace.nodes[step].op not in FACTS:
                yield End(found[0], trace.nodes[step].stack, found[1], (step,), step)
                return
