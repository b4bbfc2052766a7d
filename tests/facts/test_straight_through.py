"""Which stops are those of straight-through estimators."""

from __future__ import annotations

import ast

import pytest

from gradcheck.base.straight_through import passes_by

ESTIMATORS = ["x + stop(f(x) - x)", "stop(f(x) - x) + x", "self.x[0] + tf.stop_gradient(y * s - self.x[0])"]
OTHERS = [
    "x + stop(f(x))",
    "x + stop(f(x) - y)",
    "x - stop(f(x) - x)",
    "stop(f(x) - x)",
    "x * stop(f(x) - x)",
]


def _passes_by(source: str) -> bool:
    tree = ast.parse(source)
    stops = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and "stop" in ast.unparse(node.func)
    ]
    return passes_by(tree, stops[0])


@pytest.mark.parametrize("source", ESTIMATORS)
def test_a_stop_beside_what_it_subtracts(source: str) -> None:
    assert _passes_by(source)


@pytest.mark.parametrize("source", OTHERS)
def test_any_other_stop(source: str) -> None:
    assert not _passes_by(source)
