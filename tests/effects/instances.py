"""Instances of layers, losses, metrics, regularizers and constraints, built with guessed constructor arguments."""

# ruff: noqa: E501

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from . import names
from .guesses import Slot, slots

MADE = {
    "keras.layers": "layer",
    "keras.losses": "loss",
    "keras.metrics": "metric",
    "keras.regularizers": "regularizer",
    "keras.constraints": "constraint",
    "tfp.layers": "layer",
}


EXTRA = {"groups": 1, "bin_boundaries": [0.2, 0.5], "num_tokens": 9, "vocabulary": [1, 2, 3]}
"""Optional constructor arguments without which some layers cannot be called on small examples."""


def settings() -> dict[str, tuple[Any, ...]]:
    """What a required constructor argument of this name may be."""
    layers, keras = names.keras.layers, names.keras
    return {
        "units": (3,), "filters": (3,), "kernel_size": (2,), "rate": (0.4,), "stddev": (0.1,), "input_dim": (9,),
        "output_dim": (3,), "dims": ((2, 1), (1,)), "n": (2,), "target_shape": ((-1,), (3, -1)), "axes": (-1, 1),
        "num_heads": (2,), "key_dim": (2,), "head_dim": (2,), "num_query_heads": (2,), "num_key_value_heads": (1,),
        "num_bins": (4,), "num_tokens": (9,), "factor": (0.2,), "height": (3,), "width": (3,), "activation": ("tanh",),
        "height_factor": (0.2,), "width_factor": (0.2,), "cell": (layers.LSTMCell(3),), "scale": (0.5,), "groups": (1,),
        "layer": (layers.LSTM(3, return_sequences=True), layers.Dense(3)), "cells": ([layers.LSTMCell(3)],),
        "function": (lambda x: x * 2.0,), "output_mode": ("int",), "bin_boundaries": ([0.2, 0.5],), "num_classes": (3,),
        "fn": (lambda y_true, y_pred: y_true * y_pred + y_pred, keras.losses.mean_squared_error), "precision": (0.5,),
        "recall": (0.5,), "sensitivity": (0.5,), "specificity": (0.5,), "normalizer": (1.5,), "target_class_ids": ([1],),
        "equation": ("abc,cd->abd",), "output_shape": ((None, 3), 3), "max_value": (2.0,), "crop_to_aspect_ratio": (False,),
        "sequence_length": (5,), "vocab_size": (9,), "event_size": (3,), "num_components": (2,), "event_shape": ((1,), ()),
        "make_distribution_fn": (_normal,), "distribution_fn": (lambda x: _normal(x),), "num_conditioning": (0,),
    }  # fmt: skip


def _normal(x: Any) -> Any:
    import tensorflow_probability as tfp

    return tfp.distributions.Normal(x, 1.0)


def makers() -> Iterator[tuple[str, str, type, tuple[Callable[[], Any], ...]]]:
    """Canonical name, what it makes, the class, and ways to make one."""
    known = settings()
    for module, made in MADE.items():
        for name, thing in names.classes(module).items():
            yield name, made, thing, tuple(_ways(thing, known))


def _ways(thing: type, known: dict[str, tuple[Any, ...]]) -> Iterator[Callable[[], Any]]:
    try:
        required = [slot.name for slot in slots(thing) if slot.required and not slot.spread]
    except (ValueError, TypeError):
        return
    if thing.__name__ == "L1L2":  # its own defaults make it do nothing
        yield lambda: thing(0.1, 0.1)
    extra = {slot.name: EXTRA[slot.name] for slot in slots(thing) if slot.name in EXTRA and not slot.required}
    for picked in itertools.product(*(known.get(name, (None,)) for name in required)):
        chosen = dict(zip(required, picked, strict=True))
        yield lambda chosen=chosen: thing(**chosen)
        if extra:
            yield lambda chosen=chosen: thing(**chosen, **extra)


def parameters(instance: Any, made: str) -> tuple[Slot, ...]:
    """What calling the instance takes."""
    method = {"layer": "call", "loss": "__call__", "metric": "update_state"}.get(made, "__call__")
    return slots(getattr(instance, method))
