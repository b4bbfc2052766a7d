"""Charts as SVG that is the same for the same numbers. Needs matplotlib, which nothing else does."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, HEIGHT = 4.8, 3.2
"""Inches."""


def curve(title: str, points: Mapping[int, Sequence[float]], exponent: float) -> str:
    """How a cost grows with a size: every round's cost in proportion to the least at the smallest size, on
    logarithmic axes, beside the fitted power and growth in proportion."""
    figure, axes = _axes()
    sizes = sorted(points)
    least = {size: min(points[size]) for size in sizes}
    start = least[sizes[0]]
    for size in sizes:
        axes.plot([size] * len(points[size]), [one / start for one in points[size]], "o", color="C0", ms=4)
    fitted = [_fitted_start(least, exponent) / start * (n / sizes[0]) ** exponent for n in sizes]
    axes.plot(sizes, fitted, color="C0", label=f"n^{exponent:.2f}")
    axes.plot(sizes, [n / sizes[0] for n in sizes], "--", color="gray", label="in proportion")
    axes.set(xscale="log", yscale="log", xlabel="n", ylabel="CPU time, smallest = 1", title=title)
    axes.set_xticks(sizes, [str(size) for size in sizes], minor=False)
    axes.minorticks_off()
    axes.legend(frameon=False)
    return _svg(figure)


def bars(title: str, label: str, heights: Mapping[str, float]) -> str:
    """One ratio for each name, on a logarithmic axis through 1."""
    figure, axes = _axes()
    names = list(heights)[::-1]
    axes.barh(names, [heights[name] - 1 for name in names], left=1, color="C0")
    axes.axvline(1, color="gray", lw=0.8)
    axes.set(xscale="log", xlabel=label, title=title)
    return _svg(figure)


def _fitted_start(least: Mapping[int, float], exponent: float) -> float:
    """The fitted cost at the smallest size."""
    import math

    smallest = min(least)
    logs = [math.log(cost) - exponent * math.log(size / smallest) for size, cost in least.items()]
    return math.exp(sum(logs) / len(logs))


def _axes() -> tuple[Any, Any]:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "gradcheck", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot

    return pyplot.subplots(figsize=(WIDTH, HEIGHT), layout="constrained")


def _svg(figure: Any) -> str:
    from matplotlib import pyplot

    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"
