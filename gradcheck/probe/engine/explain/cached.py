"""A sample that a transformed distribution takes the inverse of from its cache: where its location enters."""

from __future__ import annotations

from collections.abc import Collection, Set

from gradcheck.probe.engine.explain.ends import Tape
from gradcheck.probe.engine.explain.trace import Node, Trace
from gradcheck.probe.engine.watch.frames import Stack


def cached(trace: Trace, back: Set[int], reads: Collection[int], tape: Tape) -> Stack:
    """The call before the tape that drew the sample, if it read a variable that the loss does not depend on,
    and the tape goes on with what that call had drawn before it came to the variable."""
    samples = {trace.nodes[read].stack for read in reads if _samples(trace.nodes[read])}
    if len(samples) != 1 or not back.isdisjoint(reads):
        return ()
    [stack] = samples
    for index in back:
        for tensor in trace.nodes[index].inputs if tape.recorded(index) else ():
            made = trace.producer.get(tensor)
            if made is None or tape.recorded(made) or trace.nodes[made].stack != stack:
                continue
            if trace.backward([tensor]).isdisjoint(reads):
                return stack
    return ()


def _samples(node: Node) -> bool:
    return node.doing == "sample" and bool(node.stack)
