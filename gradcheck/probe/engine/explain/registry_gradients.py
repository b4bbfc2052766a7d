"""Which operations carry a gradient at all: TensorFlow's own registry, and what it does not say."""

from __future__ import annotations

from tensorflow.python.framework import ops

from gradcheck.probe.engine.explain.trace import CALLS, READS, WRITES, Node
from gradcheck.report.kinds import Kind

_NEVER = frozenset(
    {"ArgMax", "ArgMin", "Floor", "Ceil", "Round", "Rint", "FloorDiv", "TruncateDiv", "NextAfter"}
)
"""Their registered gradient function answers None whatever it is asked."""
_DRAWS = frozenset(
    {"Multinomial", "StatelessMultinomial", "RandomPoissonV2", "StatelessRandomPoisson", "RandomShuffle"}
)


def broken(node: Node) -> tuple[Kind, str] | None:
    """What is wrong with an operation on its own: it cannot carry a gradient."""
    if node.op in READS | CALLS:
        return None
    if node.op in WRITES:
        return Kind.ASSIGNED, node.op
    if node.custom is not None:
        return None
    if node.op == "StopGradient":
        return Kind.STOPPED, node.op
    if node.op in _DRAWS:
        return Kind.SAMPLED, node.op
    try:
        slope = ops._gradient_registry.lookup(node.op)
    except LookupError:
        return Kind.NO_GRADIENT, node.op
    if slope is None or node.op in _NEVER:
        return Kind.NO_GRADIENT, node.op
    if not node.floating:
        return (Kind.INTEGER_CAST if node.op == "Cast" else Kind.NO_GRADIENT), node.op
    return None
