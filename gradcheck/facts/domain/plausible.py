"""Parameters whose name says what a caller hands in."""

from __future__ import annotations

from gradcheck.facts.domain.values import Opaque

PLAUSIBLE = frozenset(
    {
        "act",
        "activation",
        "block",
        "body",
        "cell",
        "constraint",
        "conv",
        "dense",
        "dropout",
        "embedder",
        "embedding",
        "encoder",
        "decoder",
        "head",
        "layer",
        "model",
        "module",
        "net",
        "network",
        "norm",
        "normalization",
        "pool",
        "pooling",
        "projection",
        "sublayer",
    }
)
"""Words by which a parameter is named for a layer or an activation."""


def is_plausible_layer(value: Opaque) -> bool:
    """Whether a value is what a caller hands in, and its name says that it is called like a layer: the class
    is asked about its output with one."""
    given = value.reason is None and value.part_of is None
    return given and not PLAUSIBLE.isdisjoint(value.label.rstrip("s").lower().split("_"))
