"""Prints what a gradient measures, as a value and from inside a graph, plain and compiled."""

import json
from typing import Any

import numpy as np
import tensorflow as tf

from gradcheck.probe.engine.watch.measure import Cell, measure

NAN, INF = float("nan"), float("inf")
GRADIENTS = {
    "usual": tf.constant([[3.0, -4.0]]),
    "scalar": tf.constant(-2.0),
    "zero": tf.zeros([2, 3]),
    "empty": tf.zeros([0, 3]),
    "half": tf.constant([60000.0, 0.0], tf.float16),
    "brain": tf.constant([3.0, 4.0], tf.bfloat16),
    "tiny": tf.constant([1e-30, 0.0]),
    "huge": tf.constant([1e30, 0.0]),
    "complex": tf.constant([3 + 4j]),
    "nan": tf.constant([NAN, 1.0]),
    "inf": tf.constant([-INF, 1.0]),
    "none": None,
    "other": tf.constant([[6.0, -8.0]]),
    "other zero": tf.zeros([2, 3]),
    "other nan": tf.constant([1.0, NAN]),
    "wide": tf.ones([100, 100]),
    "rows": tf.IndexedSlices(tf.constant([[5.0], [12.0]]), tf.constant([0, 2]), tf.constant([9, 1])),
}
DOUBLE = {"usual": GRADIENTS["usual"], "double": tf.constant([1e-200, 0.0], tf.float64)}


def main() -> None:
    told = {name: told_by(measure(one)) for name, one in {**GRADIENTS, **DOUBLE}.items()}
    print(json.dumps({"eager": told, "graph": graph(), "compiled": graph(jit_compile=True)}))


def graph(**options: bool) -> dict[str, object]:
    return {**traced(GRADIENTS, options), **traced(DOUBLE, options)}


def traced(gradients: dict[str, Any], options: dict[str, bool]) -> dict[str, object]:
    cells: list[Cell] = []

    @tf.function(**options)
    def step() -> None:
        given = [None if one is None else copied(one) for one in gradients.values()]
        cells.append(Cell(given, [tf.constant(2.5), tf.constant([1.0, 2.0])], scaled=False))

    step()
    assert cells[0].loss == 5.5
    return dict(zip(gradients, map(told_by, cells[0].read()), strict=True))


def copied(gradient: Any) -> Any:
    return tf.nest.map_structure(tf.identity, gradient, expand_composites=True)


def told_by(seen: object) -> list[object]:
    flags = [
        name for name in ("missing", "nan", "inf") if getattr(seen, name, getattr(seen, f"{name}_since", 0))
    ]
    norm, peak = (float(np.format_float_scientific(getattr(seen, name), 5)) for name in ("norm", "peak"))
    return [norm, peak, *flags]


main()
