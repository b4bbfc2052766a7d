"""Example arguments for any library function, guessed from its parameters' names and found by trial."""

# ruff: noqa: C408, E501

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

DRAWS = ((0.1, 0.9), (0.1, 0.9), (-3.0, 3.0), (1.1, 4.0))
"""Ranges of the example values: inside most domains (twice), across zero, above one."""

STRANGE = ((0.0, 1.0, 2.0, 3.0, 4.0), (0.0, float("inf"), -0.5, float("nan"), float("-inf")))
"""Two more draws that only show whether the values matter: in order, and with the values that tests look for."""

MOST_TRIALS = 40


@dataclass(frozen=True)
class Leaf:
    """A tensor argument: its values on each draw, and how the argument itself is made from one tensor."""

    draws: tuple[np.ndarray, ...]
    build: Callable[[Any], Any] = lambda tensor: tensor
    plain: bool = True

    @property
    def is_float(self) -> bool:
        return self.draws[0].dtype.kind in "fc"

    def another(self, number: int) -> Leaf:
        """A like leaf with other values: equal arguments would hide a gradient (their difference is zero)."""
        if not number or not self.is_float:
            return self
        return replace(self, draws=tuple(_other(draw, number) for draw in self.draws))


@dataclass(frozen=True)
class Fixed:
    """An argument that is no tensor: an axis, a shape, a mode."""

    value: Any


Argument = Leaf | Fixed


def floats(*shape: int, dtype: str = "float32", build: Callable[[Any], Any] | None = None) -> Leaf:
    """A float tensor."""
    rng = np.random.default_rng(len(shape) + sum(shape))
    draws = tuple(np.asarray(rng.uniform(low, high, shape), dtype) for low, high in DRAWS)
    draws += tuple(np.resize(np.asarray(strange, dtype), shape) for strange in STRANGE)
    if np.dtype(dtype).kind == "c":
        draws = tuple(np.asarray(draw + 1j * rng.uniform(0.1, 0.9, shape), dtype) for draw in draws)
    return Leaf(draws, build, plain=False) if build else Leaf(draws)


def between(low: float, high: float, *shape: int) -> Leaf:
    """A float tensor whose values all lie in one range."""
    rng = np.random.default_rng(len(shape) + sum(shape))
    return Leaf(tuple(np.asarray(rng.uniform(low, high, shape), "float32") for _ in DRAWS))


def simplex(*shape: int) -> Leaf:
    """Probabilities along the last axis."""
    draws = between(0.1, 0.9, *shape).draws
    return Leaf(tuple(draw / draw.sum(-1, keepdims=True) for draw in draws))


def definite(*shape: int) -> Leaf:
    """Symmetric positive definite matrices."""
    return floats(*shape, build=lambda x: x @ _swap(x) + 3.0 * np.eye(shape[-1], dtype="float32"))


def triangular(size: int) -> Leaf:
    """A lower triangular matrix with a positive diagonal."""
    mask, eye = np.tri(size, k=-1, dtype="float32"), np.eye(size, dtype="float32")
    return floats(size, size, build=lambda x: x * mask + (x * x + 1.0) * eye)


def values(*draws: Any, dtype: str | None = None) -> Leaf:
    """A tensor with exactly these values (integers, booleans, strings); a second set shows whether they matter."""
    return Leaf(tuple(np.asarray(draw, dtype) for draw in draws))


def pair(leaf: Leaf) -> Leaf:
    """A list of two tensors made from one."""
    return Leaf(leaf.draws, lambda tensor: [tensor, tensor * 2], plain=False)


def _other(draw: np.ndarray, number: int) -> np.ndarray:
    """Rolled and scaled; one element stays, so that comparisons have something to find equal."""
    moved = (np.roll(draw, number, 0) if draw.ndim else draw) * np.asarray(1 - 0.03 * number, draw.dtype)
    moved = np.asarray(moved, draw.dtype)
    if draw.ndim:
        moved.flat[0] = draw.flat[0]
    return moved


def _swap(x: Any) -> Any:
    import tensorflow as tf

    return tf.linalg.matrix_transpose(x)


@dataclass(frozen=True)
class Profile:
    """One way to read a signature: what an unknown required parameter gets, and what some names get instead."""

    name: str
    default: Leaf
    named: dict[str, Any] = field(default_factory=dict)

    @property
    def is_complex(self) -> bool:
        """Only for callables that take nothing else: weights are real, and a sign has a slope in the complex plane."""
        return self.default.draws[0].dtype.kind == "c"

    def candidates(self, parameter: str) -> tuple[Argument, ...]:
        """What to try for a parameter of this name, the likeliest first."""
        found = self.named.get(parameter, COMMON.get(parameter, self.default))
        options = found if isinstance(found, tuple) else (found,)
        return tuple(one if isinstance(one, Leaf | Fixed) else Fixed(one) for one in options)


IDS = values([0, 0, 1], [0, 1, 1], dtype="int32")
COMMON: dict[str, Any] = {
    "axis": (-1, 0),
    "axes": (1, 0, [0, 1]),
    "axis1": 0,
    "axis2": 1,
    "source": 0,
    "destination": 1,
    "dimension": 0,
    "shape": ([-1], [2, 3], [3, 3]),
    "newshape": ([-1],),
    "new_shape": ([-1],),
    "output_shape": [-1],
    "dims": [2],
    "target_shape": [9],
    "dtype": "float32",
    "perm": [1, 0],
    "pattern": [1, 0],
    "paddings": [[1, 1], [0, 1]],
    "pad_width": [[1, 1], [0, 1]],
    "multiples": [2, 1],
    "reps": [2, 1],
    "repeats": 2,
    "rep": 2,
    "n": (3, 2),
    "k": 1,
    "depth": 4,
    "num": 3,
    "num_classes": 3,
    "num_segments": 3,
    "num_partitions": 2,
    "num_splits": 3,
    "num_or_size_splits": 3,
    "indices_or_sections": 3,
    "num_lower": 0,
    "num_upper": 0,
    "begin": [0, 1],
    "size": ([2, 2],),
    "start_indices": [0, 1],
    "slices": floats(2, 2),
    "end": [2, 3],
    "shift": 1,
    "clip_value_min": 0.3,
    "clip_value_max": 0.7,
    "x_min": 0.3,
    "x_max": 0.7,
    "a_min": 0.3,
    "a_max": 0.7,
    "min_value": 0.3,
    "max_value": 0.7,
    "clip_norm": 1.0,
    "rate": 0.4,
    "level": 0.4,
    "seed": (1, [1, 2]),
    "mask": values([True, False, True], [True, True, False]),
    "pred": values(True, False),
    "condition": values([[True, False, True]] * 3, [[False, True, True]] * 3),
    "segment_ids": IDS,
    "indices": values([0, 1], [1, 2], dtype="int32"),
    "partitions": values([0, 1, 0], [1, 1, 0], dtype="int32"),
    "targets": values([0, 1, 2], [2, 1, 0], dtype="int32"),
    "sequence_lengths": values([1, 2, 3], [3, 2, 1], dtype="int32"),
    "seq_lengths": values([1, 2, 3], [3, 2, 1], dtype="int32"),
    "ksize": 2,
    "pool_size": 2,
    "strides": (1, [1, 1, 1, 1]),
    "padding": ("SAME", "same"),
    "pooling_type": "AVG",
    "window_shape": [2, 2],
    "upscale": 2,
    "block_size": 2,
    "block_shape": [1],
    "crops": [[0, 0]],
    "sizes": [1, 2, 2, 1],
    "rates": [1, 1, 1, 1],
    "fn": lambda x: x * 2.0,
    "f": lambda x: x * 2.0,
    "func": lambda x: x * 2.0,
    "true_fn": lambda: 1.0,
    "false_fn": lambda: 2.0,
    "equation": "ij,jk->ik",
    "subscripts": "ij,jk->ik",
    "ord": 2,
    "q": (0.3, 30.0, floats(3, 3)),
    "frame_length": 4,
    "frame_step": 2,
    "sequence_length": 8,
    "sequence_stride": 4,
    "fft_length": 4,
    "window_length": 4,
    "lower": 0.3,
    "upper": 0.7,
    "central_fraction": 0.5,
    "delta": 0.3,
    "max_delta": 0.3,
    "gain": 2,
    "height_factor": 2,
    "width_factor": 2,
    "target_height": 4,
    "target_width": 4,
    "offset_height": 1,
    "offset_width": 1,
    "height": 2,
    "width": 2,
    "num_bits": 8,
    "crop_size": [2, 2],
    "boxes": floats(1, 4),
    "box_indices": values([0], [1], dtype="int32"),
    "method": "bilinear",
    "interpolation": "bilinear",
    "max_output_size": 2,
    "num_true": 1,
    "num_sampled": 2,
    "alphas": between(0.5, 2.0, 3),
    "alpha": (between(0.5, 2.0, 3), 0.5),
    "dim": 0,
    "value_range": [0.0, 1.0],
    "nbins": 4,
    "tensor_values": floats(3, 3),
    "message": "oh",
    "num_samples": 2,
    "mode": "reflect",
    "bins": ([0.2, 0.5, 0.7],),
    "fill_mode": "constant",
    "decimals": 1,
    "exponent": 2.0,
}


def _profiles() -> tuple[Profile, ...]:
    ids, labels = values([0, 2], [1, 1], dtype="int32"), values([[0], [2]], [[1], [1]], dtype="int32")
    image = dict(
        size=[4, 4], filters=floats(2, 2, 3, 3), kernel=floats(2, 2, 3, 3), perm=[0, 2, 1, 3], axis=-1, shape=[-1],
        depthwise_filter=floats(2, 2, 3, 1), pointwise_filter=floats(1, 1, 3, 2), depthwise_kernel=floats(2, 2, 3, 1),
        pointwise_kernel=floats(1, 1, 3, 2), output_shape=[2, 6, 6, 3], filter=floats(2, 2, 3, 3), block_shape=[2, 2],
        paddings=[[0, 0], [0, 0]], boxes=floats(1, 4), pool_size=(2, (2, 2)), bias=floats(3), crops=[[0, 0], [0, 0]],
        dilations=1, multiples=[1, 1, 1, 2], offset=floats(3), scale=floats(3), mean=floats(3), variance=between(0.5, 1.5, 3),
        filters_size=2, transforms=floats(2, 8), transform=floats(2, 8), pad_width=[[0, 0]] * 4,
    )  # fmt: skip
    sequence = dict(
        filters=floats(2, 3, 3), kernel=floats(2, 3, 3), perm=[0, 2, 1], pool_size=2, bias=floats(3), axis=1,
        depthwise_kernel=floats(2, 3, 1), pointwise_kernel=floats(1, 3, 2), strides=(1, [1]), shape=[-1], sequence_lengths=values([2, 4], [4, 3]),
        output_shape=[2, 6, 3], sequence_length=values([2, 4], [4, 3]),
    )  # fmt: skip
    volume = dict(filters=floats(2, 2, 2, 3, 3), kernel=floats(2, 2, 2, 3, 3), pool_size=2, ksize=2, strides=(1, [1] * 5), bias=floats(3), output_shape=[1, 4, 4, 4, 3])  # fmt: skip
    ints = values([[1, 2, 3], [4, 5, 6]], [[3, 1, 2], [2, 6, 4]], dtype="int32")
    text = values(["a b", "c"], ["d", "e f"])
    return (
        Profile("matrix", floats(3, 3)),
        Profile("vector", floats(3), dict(shape=([3], [3, 3]), perm=[0], paddings=[[1, 1]], begin=[0], size=[2], multiples=[2], equation="i,i->i", subscripts="i,i->i", slices=floats(2), start_indices=[0])),
        Profile("simplex", simplex(2, 3)),
        Profile("complex", floats(3, 3, dtype="complex64")),
        Profile("scalar", floats(), dict(shape=([2],), size=2)),
        Profile("pair", pair(floats(3, 3))),
        Profile("image", floats(2, 4, 4, 3), image),
        Profile("definite", definite(3, 3), dict(chol=triangular(3), rhs=floats(3, 1), matrix=definite(3, 3))),
        Profile("labels", between(0.1, 0.9, 2, 3), dict(labels=ids, target=ids, targets=ids, y_true=ids)),
        Profile("column labels", between(0.1, 0.9, 2, 3), dict(labels=labels, y_true=labels, predictions=between(0.1, 0.9, 2, 3))),
        Profile("sequence", floats(2, 5, 3), sequence),
        Profile("one image", floats(4, 4, 3), dict(image, perm=[1, 0, 2])),
        Profile("volume", floats(1, 4, 4, 4, 3), volume),
        Profile("scalar above one", between(1.1, 4.0)),
        Profile("column", floats(3, 1)),
        Profile("wide", floats(2, 12)),
        Profile("pair of vectors", pair(floats(3)), dict(shape=[2], perm=[0])),
        Profile("complex cube", floats(2, 4, 4, 4, dtype="complex64")),
        Profile("complex images", floats(4, 4, 4, dtype="complex64")),
        Profile("cube", floats(4, 4, 4)),
        Profile("double", floats(3, 3, dtype="float64")),
        Profile("half scale", between(0.1, 0.9, 4, 4, 3)),
        Profile("integers", ints, dict(shape=([2],), axis=-1)),
        Profile("integer vector", values([1, 2, 3], [3, 5, 1], dtype="int32")),
        Profile("integer", values(3, 5, dtype="int32")),
        Profile("long integers", values([1, 2, 3], [3, 5, 1], dtype="int64")),
        Profile("flags", values([[True, False], [False, False]], [[True, True], [True, False]], [[True] * 2] * 2, [[False] * 2] * 2)),
        Profile("text", text),
        Profile("word", values("a b", "c")),
    )  # fmt: skip


PROFILES = _profiles()


@dataclass(frozen=True)
class Slot:
    """A parameter: its name and the position at which it may be passed (-1: by name only)."""

    name: str
    position: int
    required: bool
    default: Any = None
    spread: bool = False


def slots(function: Callable[..., Any]) -> tuple[Slot, ...]:
    """The parameters of a function, as a caller sees them."""
    if isinstance(function, np.ufunc):
        return tuple(Slot(f"x{number + 1}", number, True) for number in range(function.nin))
    if isinstance(function, type) and issubclass(function, np.generic):
        return (Slot("x", 0, True),)
    found = []
    for position, one in enumerate(inspect.signature(function).parameters.values()):
        if one.kind is one.VAR_KEYWORD:
            continue
        spread = one.kind is one.VAR_POSITIONAL
        required = one.default is one.empty
        place = -1 if one.kind is one.KEYWORD_ONLY else position
        found.append(Slot(one.name, place, required, None if required else one.default, spread))
    return tuple(found)


def trials(parameters: tuple[Slot, ...], profile: Profile) -> Iterator[dict[str, Argument]]:
    """Every choice of arguments for the required parameters under one profile."""
    wanted = [one for one in parameters if one.required or one.name == "seed"]
    choices = [profile.candidates(one.name) for one in wanted]
    for picked in itertools.islice(itertools.product(*choices), MOST_TRIALS):
        yield {
            slot.name: argument.another(number) if isinstance(argument, Leaf) else argument
            for number, (slot, argument) in enumerate(zip(wanted, picked, strict=True))
        }
