"""Run by a test: prints the names of the twins that do not give what NumPy's functions give."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

import numpy as np
import tensorflow as tf

from gradcheck.fix.cst.numpy_counterparts import FUNCTIONS, Counterpart

A, B = np.random.default_rng(0).uniform(0.1, 0.9, (2, 3, 3)).astype("float32")
DEFINITE = A @ A.T + np.eye(3, dtype="float32")
COMPLEX = A.astype("complex64")
PAIRS = ("maximum", "minimum", "add", "subtract", "multiply", "divide", "matmul", "arctan2", "power", "dot")
REDUCED = ("sum", "mean", "max", "min", "amax", "amin", "prod", "std", "var")
ARGUMENTS: dict[str, tuple[list[Any], dict[str, Any]]] = {
    **{name: ([A, B], {}) for name in PAIRS},
    **{name: ([A], {"axis": 1, "keepdims": True}) for name in REDUCED},
    **{name: ([A], {"axis": 1}) for name in ("cumsum", "cumprod", "sort")},
    **{name: ([[A, B]], {"axis": 1}) for name in ("concatenate", "stack")},
    **{name: ([COMPLEX], {}) for name in ("fft.fft", "fft.ifft", "conj", "angle", "real", "imag")},
    "fft.irfft": ([np.fft.rfft(np.ones((3, 4), "float32")).astype("complex64")], {}),
    "outer": ([A[0], B[0]], {}),
    "reshape": ([A, (9,)], {}),
    "transpose": ([A], {"axes": (1, 0)}),
    "expand_dims": ([A, -1], {}),
    "squeeze": ([A[:, :1]], {"axis": 1}),
    "where": ([A > 0.5, A, B], {}),
    "clip": ([A], {"a_min": 0.2, "a_max": 0.5}),
    "einsum": (["ij,jk->ik", A, B], {}),
    "roll": ([A, 1], {"axis": 1}),
    "tile": ([A, [1, 2]], {}),
    "linalg.cholesky": ([DEFINITE], {}),
    "linalg.norm": ([A], {"axis": 1, "keepdims": True}),
}


def same(name: str, twin: Counterpart) -> bool:
    listed, named = ARGUMENTS.get(name, ([A], {}))
    theirs = reduce(getattr, name.split("."), np)(*listed, **named)
    added = dict([twin.adds.split("=")]) if twin.adds else {}
    words = {twin.words[word]: value for word, value in named.items()}
    function = reduce(getattr, twin.name.split(".")[1:], tf)
    ours = function(*listed, **words, **{word: int(value) for word, value in added.items()})
    return np.allclose(theirs, ours, atol=1e-5)


print(json.dumps([name for name, twin in FUNCTIONS.items() if not same(name, twin)]))
