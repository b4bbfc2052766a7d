"""The same numbers in every run: what a program draws at random is the same twice, unless it seeds itself."""

from __future__ import annotations

import functools
import itertools
import random
from typing import Any

_SEED = 1


def seed() -> None:
    """Start every global generator at a fixed state; what the program seeds later, it seeds."""
    import numpy as np
    import tensorflow as tf

    random.seed(_SEED)
    np.random.seed(_SEED)
    tf.random.set_seed(_SEED)
    _seed_new_generators(np.random)


def _seed_new_generators(numpy_random: Any) -> None:
    """A `default_rng()` that is given no seed asks the system for one: give each the next number."""
    original = getattr(numpy_random.default_rng, "__wrapped__", numpy_random.default_rng)
    numbers = itertools.count(_SEED)

    @functools.wraps(original)
    def default_rng(seed: Any = None) -> Any:
        return original(next(numbers) if seed is None else seed)

    numpy_random.default_rng = default_rng
