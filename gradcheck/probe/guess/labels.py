"""Labels that fit a loss: what `y` must look like for the outputs of a model that nobody gave data."""

from __future__ import annotations

from typing import Any

from gradcheck.probe.guess.inputs import random

_BY_WORD = (
    ("sparse", "int"),
    ("categoricalhinge", "onehot"),
    ("categorical", "onehot"),
    ("kldivergence", "onehot"),
    ("kullback", "onehot"),
    ("binary", "binary"),
    ("bce", "binary"),
    ("focal", "binary"),
    ("dice", "binary"),
    ("hinge", "sign"),
    ("poisson", "count"),
    ("msle", "unit"),
    ("logarithmic", "unit"),
    ("meansquared", "normal"),
    ("meanabsolute", "normal"),
    ("mse", "normal"),
    ("mae", "normal"),
    ("huber", "normal"),
    ("logcosh", "normal"),
    ("cosine", "normal"),
)
EVERY = ("normal", "int", "onehot", "binary", "unit", "count")


def word(loss: object) -> str:
    """A loss' own name, in one spelling: a string, a function or an instance."""
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", None) or type(loss).__name__
    return name.lower().replace("_", "")


def kinds(loss: object, output: Any) -> tuple[str, ...]:
    """The kinds of target worth a try for this loss on this output, the likeliest first."""
    known = next((kind for part, kind in _BY_WORD if part in word(loss)), None)
    if known:
        return (known, *(kind for kind in EVERY if kind != known))
    # A loss of the user's own: values between 0 and 1 are probabilities.
    first = ("binary",) if _are_probabilities(output) else ("normal",)
    return tuple(dict.fromkeys((*first, *EVERY)))


def make(kind: str, output: Any, seed: int = 0) -> Any:
    """A target of this kind for this output."""
    import tensorflow as tf

    shape = [int(size) for size in output.shape]
    dtype = output.dtype if output.dtype.is_floating else tf.float32
    if kind == "int":
        return random("int", shape[:-1], below=max(shape[-1] if shape else 1, 1), seed=seed)
    if kind == "onehot":
        classes = max(shape[-1] if shape else 1, 1)
        return tf.one_hot(random("int", shape[:-1], below=classes, seed=seed), classes, dtype=dtype)
    if kind == "sign":
        return tf.cast(2.0 * random("binary", shape, seed=seed) - 1.0, dtype)
    return tf.cast(random({"normal": "float"}.get(kind, kind), shape, seed=seed), dtype)


def _are_probabilities(output: Any) -> bool:
    import tensorflow as tf

    if not output.dtype.is_floating:
        return False
    return float(tf.cast(tf.reduce_all((output >= 0.0) & (output <= 1.0)), tf.float32)) > 0
