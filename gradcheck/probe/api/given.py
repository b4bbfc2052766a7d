"""Refuses what cannot be probed, with the line to write instead; loads no framework."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def check_model(model: Any) -> None:
    """Refuse what is no model, before anything else is loaded.

    Raises TypeError for what is no Keras model or layer, and ValueError for a model of another backend.
    """
    if inspect.isclass(model):
        raise TypeError(f"{model.__name__} is a class: pass a model, {model.__name__}(...)")
    if isinstance(model, ModuleType) or inspect.isroutine(model):
        raise TypeError(
            f"{model.__name__} is a {_kind(model)}: pass the model itself, "
            "or watch training code of your own with gradcheck.watching()"
        )
    if not callable(model) or not _has_variables(model):
        raise TypeError(f"{_named(model)} is no Keras model or layer: it has no trainable_variables")
    if (backend := _backend(model)) != "tensorflow":
        raise ValueError(
            f"this Keras runs on {backend}, and gradcheck sees the gradients of TensorFlow: "
            "set KERAS_BACKEND=tensorflow before Keras is imported"
        )


def check_batch(name: str, value: Any) -> None:
    """Refuse data that is no batch: what would have to be read from has a state that cannot be put back.

    Raises TypeError.
    """
    if how := _first_batch(value):
        what = f"{name} is {_article(type(value).__name__)}, and gradcheck takes one batch"
        raise TypeError(f"{what}: {how}")


def check_loss(loss: Any, steps: int) -> None:
    """Refuse a loss that is no function, and a number of steps that trains nothing.

    Raises TypeError and ValueError.
    """
    if loss is not None and (inspect.isclass(loss) or not callable(loss)):
        called = f"{loss.__name__}()" if inspect.isclass(loss) else f"keras.losses.get({loss!r})"
        raise TypeError(f"loss must be a function loss(y, outputs), not {_named(loss)}: try {called}")
    if not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps must be a whole number of at least 1, not {steps!r}")


def _first_batch(value: Any) -> str:
    """The line that takes the first batch of a data set; nothing for what is a batch."""
    home = type(value).__module__.partition(".")[0]
    if hasattr(value, "element_spec") and not hasattr(value, "__next__"):
        return "x, y = next(iter(dataset))"
    if hasattr(value, "__next__"):
        return "x, y = next(data)"
    if home in ("keras", "tf_keras") and hasattr(value, "__getitem__") and hasattr(value, "__len__"):
        return "" if hasattr(value, "dtype") else "x, y = data[0]"
    if home == "torch" and hasattr(value, "dataset"):
        return "x, y = next(iter(loader)), as NumPy arrays"
    return "call it, and take the first batch" if inspect.isroutine(value) else ""


def _has_variables(model: Any) -> bool:
    """Whether it is a layer or a module; asked of the class, as an unbuilt model may refuse to answer."""
    return hasattr(type(model), "trainable_variables")


def _backend(model: Any) -> str:
    """What computes: only Keras 3 has a choice."""
    keras = sys.modules.get("keras")
    own = any(kind.__module__.partition(".")[0] == "keras" for kind in type(model).__mro__)
    ask: Callable[[], str] | None = getattr(getattr(keras, "config", None), "backend", None)
    return ask() if own and ask is not None else "tensorflow"


def _kind(model: Any) -> str:
    return "module" if isinstance(model, ModuleType) else "function"


def _named(value: Any) -> str:
    text = repr(value)
    return f"{text if len(text) <= 40 else _article(type(value).__name__)}"


def _article(word: str) -> str:
    return f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"
