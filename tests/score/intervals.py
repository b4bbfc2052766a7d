"""How sure a share is."""

from __future__ import annotations

from math import sqrt

Z = 1.959964
"""The quantile of the normal distribution that leaves 5 % outside, half on each side."""


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % interval for a share by Wilson (1927), which stays inside [0, 1] and is right at its ends."""
    if not trials:
        return 0.0, 1.0
    share, spread = hits / trials, Z * Z / trials
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / trials + spread / (4 * trials))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return max(0.0, low), min(1.0, high)
