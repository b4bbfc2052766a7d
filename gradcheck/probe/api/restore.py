"""Puts everything a probe inside the user's own process may change back to where it was."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Restore = Callable[[], None]


@contextmanager
def kept(model: Any) -> Iterator[None]:
    """While active, the model may train; afterwards it is as if nothing had happened.

    Kept are every variable of the model, its metrics and its optimizer, and what `compile` and `fit` leave on
    it.
    """
    with _restoring([_values(_variables(model)), _attributes(model)]):
        yield


@contextmanager
def same_numbers() -> Iterator[None]:
    """While active, random numbers may be drawn; afterwards the same ones come as without.

    Kept is the state of the random generators of Python, NumPy, TensorFlow and Keras.
    """
    with _restoring([*_generators()]):
        yield


@contextmanager
def _restoring(restores: Iterable[Restore]) -> Iterator[None]:
    try:
        yield
    finally:
        for restore in restores:
            restore()


def _values(variables: Iterable[Any]) -> Restore:
    before = [(variable, variable.numpy()) for variable in variables]

    def restore() -> None:
        for variable, value in before:
            variable.assign(value)

    return restore


def _variables(model: Any) -> Iterator[Any]:
    """Each variable once: a metric's and an optimizer's are not among the model's own."""
    seen: set[int] = set()
    holders = [model, getattr(model, "optimizer", None), *getattr(model, "metrics", ())]
    for holder in holders:
        found = getattr(holder, "variables", ())
        for variable in found() if callable(found) else found:
            if id(variable) not in seen and hasattr(variable, "assign"):
                seen.add(id(variable))
                yield variable


def _attributes(model: Any) -> Restore:
    """The optimizer, and the functions `fit` traced: a step traced under watch must not be used without."""
    names = ("optimizer", "history", "stop_training")
    before = {name: vars(model)[name] for name in names if name in getattr(model, "__dict__", {})}
    traced = [
        name for name in ("train_function", "test_function", "predict_function") if hasattr(model, name)
    ]

    def restore() -> None:
        for name, value in before.items():
            setattr(model, name, value)
        for name in traced:
            setattr(model, name, None)

    return restore


def _generators() -> Iterator[Restore]:
    import numpy
    from tensorflow.python.eager import context
    from tensorflow.python.ops import stateful_random_ops

    python, old = random.getstate(), numpy.random.get_state()
    yield lambda: random.setstate(python)
    yield lambda: numpy.random.set_state(old)
    eager: Any = context.context()
    if seeds := getattr(eager, "_rng", None):
        state = seeds.getstate()
        yield lambda: seeds.setstate(state)
    for generator in filter(None, (getattr(stateful_random_ops, "global_generator", None), _keras_seeds())):
        with suppress(Exception):
            yield _values([generator.state])


def _keras_seeds() -> Any:
    """The generator Keras 3 draws from where none was given, if there is one yet."""
    state: Any = sys.modules.get("keras.src.backend.common.global_state")
    return state.get_global_attribute("global_seed_generator") if state else None
