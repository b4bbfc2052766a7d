"""Runs one call under `tf.GradientTape`: what became of the gradient, per argument and per output."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from .guesses import Argument, Fixed, Leaf, Slot

CARRY, ZERO, CUT, NONE = "carry", "zero", "cut", "none"
STRENGTH = {CARRY: 3, ZERO: 2, CUT: 1, NONE: 0}
"""The stronger verdict wins when examples differ: one example with a gradient is proof that there is one."""


@dataclass(frozen=True)
class Ran:
    """One run: what came out, and per argument and output the gradient's state (carry, zero, lost)."""

    outputs: tuple[Any, ...]
    gradients: Mapping[tuple[str, int], str]
    raised: bool
    kinds: tuple[str, ...]
    is_tuple: bool


class UnfitError(Exception):
    """The call ran, but its result is nothing that a gradient could flow through."""


def call(function: Callable[..., Any], parameters: tuple[Slot, ...], arguments: Mapping[str, Any]) -> Any:
    """Calls by position where a position is known and no parameter before it was left out, else by name."""
    by_position, by_name, gap = [], {}, False
    for slot in parameters:
        if slot.name not in arguments:
            gap = True
        elif slot.spread:
            by_position.extend([arguments[slot.name], arguments[slot.name]])
        elif slot.position >= 0 and not gap:
            by_position.append(arguments[slot.name])
        else:
            by_name[slot.name] = arguments[slot.name]
    return function(*by_position, **by_name)


def tensors(arguments: Mapping[str, Argument], draws: Mapping[str, int]) -> dict[str, Any]:
    """One tensor per leaf, each from the draw named for it."""
    return {
        name: tf.constant(one.draws[draws.get(name, 0) % len(one.draws)])
        for name, one in arguments.items()
        if isinstance(one, Leaf)
    }


def run(
    apply: Callable[[Mapping[str, Any]], Any],
    arguments: Mapping[str, Argument],
    leaves: Mapping[str, Any],
    watched: Mapping[str, Any] | None = None,
) -> Ran:
    """Applies to the leaves under a tape. `watched` names other things to differentiate by (bare weights)."""
    floats = {name: leaf for name, leaf in leaves.items() if arguments[name].is_float}
    sources = floats if watched is None else dict(watched)
    with tf.GradientTape(persistent=True) as tape:
        for source in sources.values():
            tape.watch(source)
        built = {
            name: one.value if isinstance(one, Fixed) else one.build(leaves[name])
            for name, one in arguments.items()
        }
        result = apply(built)
        outputs = [_as_tensor(one) for one in flatten(result)]
    gradients: dict[tuple[str, int], str] = {}
    raised = False
    for index, output in enumerate(outputs):
        states, failed = _states(tape, output, sources)
        gradients.update({(name, index): state for name, state in states.items()})
        raised = raised or failed
    is_tuple = isinstance(result, tuple | list) and len(result) == len(outputs)
    values, kinds = tuple(_value(one) for one in outputs), tuple(_kind(one) for one in outputs)
    return Ran(values, gradients, raised, kinds, is_tuple)


def seeded(apply: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    """The same call, with the same random numbers each time. Costly: it empties TensorFlow's kernel cache."""

    def again(arguments: Mapping[str, Any]) -> Any:
        tf.random.set_seed(7)
        np.random.seed(7)
        return apply(arguments)

    return again


def _states(tape: Any, output: Any, sources: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
    """Per source the state of its gradient from one output, and whether asking for it raised."""
    if not (tf.is_tensor(output) and (output.dtype.is_floating or output.dtype.is_complex)) or not sources:
        return dict.fromkeys(sources, "lost"), False
    along = _projection(tuple(output.shape), output.dtype.name)
    try:
        gradients = tape.gradient(output, list(sources.values()), output_gradients=along)
    except (LookupError, NotImplementedError, TypeError, ValueError) as error:
        if len(sources) == 1:
            return dict.fromkeys(sources, "lost"), isinstance(error, LookupError)
        each = [_states(tape, output, {name: source}) for name, source in sources.items()]
        return {name: state for one, _ in each for name, state in one.items()}, any(
            failed for _, failed in each
        )
    return {name: _state(gradient) for name, gradient in zip(sources, gradients, strict=True)}, False


def flatten(result: Any) -> list[Any]:
    if result is None:
        raise UnfitError
    leaves = tf.nest.flatten(result, expand_composites=True)
    if not leaves or any(isinstance(leaf, type) or callable(leaf) for leaf in leaves):
        raise UnfitError
    return leaves


def _as_tensor(leaf: Any) -> Any:
    if isinstance(leaf, tf.Variable) or type(leaf).__name__ == "Variable":
        return tf.convert_to_tensor(leaf)
    return leaf


@functools.cache
def _projection(shape: tuple[int, ...], dtype: str) -> Any:
    """Random weights for the outputs: a plain sum would hide a gradient (that of a softmax sums to zero)."""
    values = np.random.default_rng(3).uniform(0.5, 1.5, shape)
    return tf.constant(
        np.asarray(values * (1 + 0.7j) if "complex" in dtype else values, tf.as_dtype(dtype).as_numpy_dtype)
    )


def _state(gradient: Any) -> str:
    if gradient is None:
        return "lost"
    return CARRY if np.any(tf.convert_to_tensor(gradient).numpy()) else "zero"


def _kind(output: Any) -> str:
    if tf.is_tensor(output):
        kind = output.dtype
        return "float" if kind.is_floating or kind.is_complex else "text" if kind == tf.string else "integer"
    return "numpy" if isinstance(output, np.ndarray | np.generic) else "python"


def _value(output: Any) -> Any:
    try:
        return output.numpy() if tf.is_tensor(output) else np.asarray(output)
    except (ValueError, TypeError, AttributeError):
        return np.asarray(repr(output))


def same(one: Any, other: Any) -> bool:
    """Whether two values agree, NaN with NaN."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind in "fc":
        return bool(np.array_equal(one, other, equal_nan=True))
    try:
        return bool(np.all(one == other))
    except (ValueError, TypeError):
        return False


@dataclass
class Measured:
    """What became of the gradient: per (argument, output), over every draw."""

    pairs: dict[tuple[str, int], str]
    kinds: tuple[str, ...]
    raises: bool
    is_tuple: bool


def measure(apply: Callable[[Mapping[str, Any]], Any], arguments: Mapping[str, Argument]) -> Measured:
    """Verdicts for every tensor argument on every output. Raises what the call raises on its first draw."""
    leaves = {name: one for name, one in arguments.items() if isinstance(one, Leaf)}
    first = run(apply, arguments, tensors(arguments, {}))
    states = _best_states(apply, arguments, first)
    pairs = {}
    for name in leaves:
        outputs = range(len(first.outputs))
        if all(states.get((name, index)) == CARRY for index in outputs):
            pairs.update({(name, index): CARRY for index in outputs})
            continue
        for index, moved in enumerate(flows(apply, arguments, name, first)):
            lost = {CARRY: CARRY, "zero": ZERO}.get(states.get((name, index), ""), CUT)
            pairs[name, index] = lost if moved or lost == CARRY else NONE
    return Measured(pairs, first.kinds, first.raised, first.is_tuple)


def _best_states(apply: Any, arguments: Any, first: Ran) -> dict[tuple[str, int], str]:
    """The best state per argument and output; the later draws run only when the first leaves doubt."""
    best = dict(first.gradients)
    for draw in (1, 2, 3):
        if all(state == CARRY for state in best.values()):
            break
        try:
            ran = run(apply, arguments, tensors(arguments, dict.fromkeys(arguments, draw)))
        except Exception:
            continue
        for key, state in ran.gradients.items():
            if state == CARRY or (state == "zero" and best.get(key) == "lost"):
                best[key] = state
    return best


def flows(apply: Any, arguments: Any, name: str, first: Ran) -> list[bool]:
    """Per output, whether other values of one argument change it."""
    moved = [False] * len(first.outputs)
    for draw in range(1, len(arguments[name].draws)):
        if all(moved):
            break
        try:
            ran = run(apply, arguments, tensors(arguments, {name: draw}), {})
        except Exception:
            continue
        if len(ran.outputs) != len(moved):
            return [True] * len(moved)
        moved = [was or not same(a, b) for was, a, b in zip(moved, first.outputs, ran.outputs, strict=True)]
    return moved


def strongest(verdicts: Any) -> str:
    return max(verdicts, key=STRENGTH.__getitem__, default=NONE)
