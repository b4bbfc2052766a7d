"""By which power of its size a cost grows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Power:
    """The exponent that fits the least cost at each size, and those that fit single rounds, from least to
    most."""

    exponent: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.exponent:.2f} ({self.least:.2f} to {self.most:.2f})"


def power(points: Mapping[int, Sequence[float]]) -> Power:
    """Fit the costs of some rounds by size; what disturbs a measurement only ever adds to it."""
    rounds = zip(*points.values(), strict=True)
    single = [slope(dict(zip(points, one, strict=True))) for one in rounds]
    return Power(slope({size: min(costs) for size, costs in points.items()}), min(single), max(single))


def slope(costs: Mapping[int, float]) -> float:
    """The exponent of the power closest to some costs, by least squares of the logarithms."""
    logs = [(math.log(size), math.log(cost)) for size, cost in costs.items()]
    middle = [sum(column) / len(logs) for column in zip(*logs, strict=True)]
    above = sum((x - middle[0]) * (y - middle[1]) for x, y in logs)
    return above / sum((x - middle[0]) ** 2 for x, _ in logs)
