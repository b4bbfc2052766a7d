"""What the parameters of a loss are called: Keras hands it the labels first and the prediction second."""

from __future__ import annotations

from collections.abc import Sequence

PREDICTION = ("pred", "out", "logit", "hat", "recon")
LABELS = ("true", "label", "target", "truth")
"""What a name says that is meant for one of them."""
FIRST = "y_true"
"""What Keras calls what it hands in first."""


def is_prediction(name: str) -> bool:
    """Whether a parameter is called the prediction."""
    return any(word in name for word in PREDICTION)


def are_exchanged(names: Sequence[str]) -> bool:
    """Whether of a loss's parameters the first is called the prediction, and the second the labels."""
    first, second = [*names[:2], "", ""][:2]
    labels = any(word in second for word in LABELS)
    return is_prediction(first) and labels and not is_prediction(second)
