"""Measures one function: its arguments, its outputs, an integer dtype, a bare weight instead of a tensor."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import methods, tape
from .choice import TookTooLong, decided, is_windowed, limit, profiles
from .examples import EXAMPLES
from .guesses import Argument, Fixed, Leaf, Slot, floats, slots, trials
from .tally import Seen, Tally

RANDOM = ("random", "dropout", "sampl", "shuffle", "noise", "stochastic", "nce_loss", "monte_carlo", "vi.")
ENOUGH = 4
TELLING = frozenset(("definite", "labels", "column labels", "scalar above one", "wide"))
"""After some examples without a gradient, only these could still show one."""


def is_random(name: str) -> bool:
    """Whether a callable draws random numbers, to be made the same on each run."""
    return any(word in name.lower() for word in RANDOM)


def function(name: str, thing: Callable[..., Any]) -> Seen | None:
    """What a function does, over every profile it accepts until all its arguments are known to carry."""
    try:
        parameters = slots(thing)
    except (ValueError, TypeError):
        return None
    apply = functools.partial(tape.call, thing, parameters)
    if is_random(name):
        apply = tape.seeded(apply)
    total = Tally()
    with contextlib.suppress(TookTooLong), limit(20.0 if name in EXAMPLES else 2.0):
        examine(name, apply, parameters, total)
    if not total.examples:
        return None
    seen = total.seen(parameters)
    if total.carries or not total.pairs:
        with contextlib.suppress(TookTooLong), limit(2.0):
            seen |= further(name, apply, parameters, total)
    return seen


def examine(name: str, apply: Any, parameters: tuple[Slot, ...], total: Tally) -> None:
    """Runs the callable on the examples that fit it."""
    for profile in profiles(name):
        if profile.is_complex and total.floats:
            continue
        if not decided() and total.count >= ENOUGH and profile.name not in TELLING:
            continue
        for arguments in [EXAMPLES[name]] if name in EXAMPLES else trials(parameters, profile):
            try:
                measured = tape.measure(apply, arguments)
            except Exception:
                continue
            total.add(profile.name, arguments, measured)
            break
        if name in EXAMPLES or total.is_settled:
            return


NO_TENSOR = frozenset(
    (
        "name",
        "axis",
        "axes",
        "seed",
        "out",
        "where",
        "dtype",
        "casting",
        "order",
        "subok",
        "signature",
        "keepdims",
    )
)
"""Optional parameters that are never a tensor."""


def further(name: str, apply: Any, parameters: tuple[Slot, ...], total: Tally) -> Seen:
    """Optional tensor arguments, an integer dtype, and a bare weight in the place of a tensor."""
    return {
        "optional": [] if is_windowed(name) else list(optional(apply, parameters, total)),
        "to": to_integer(apply, parameters, total.best),
        "weight": bare_weight(apply, total),
    }


def optional(apply: Any, parameters: tuple[Slot, ...], total: Tally) -> Iterator[list[Any]]:
    """Optional arguments that take a tensor and reach the result, and what becomes of their gradient."""
    for slot in parameters:
        if slot.name in total.best or not _may_be_tensor(slot):
            continue
        for shape in _shapes(total.best) if slot.default is None else [()]:
            try:
                measured = tape.measure(apply, {**total.best, slot.name: floats(*shape)})
            except Exception:
                continue
            verdict = tape.strongest(v for (name, _), v in measured.pairs.items() if name == slot.name)
            if verdict != "none":
                yield [slot.name, slot.position, verdict]
                break


def _may_be_tensor(slot: Slot) -> bool:
    is_size = any(word in slot.name for word in ("length", "size", "shape", "num_"))
    is_plain = slot.default is None or isinstance(slot.default, float)
    return is_plain and not (slot.required or slot.spread or is_size or slot.name in NO_TENSOR)


def _shapes(arguments: Mapping[str, Argument]) -> list[tuple[int, ...]]:
    floating = (one.draws[0].shape for one in arguments.values() if isinstance(one, Leaf) and one.is_float)
    whole = next(floating, ())
    return list(dict.fromkeys([whole, whole[-1:], whole[:1], (*whole[:-1], 1), ()]))


def to_integer(apply: Any, parameters: tuple[Slot, ...], best: Mapping[str, Argument]) -> list[Any] | None:
    """The dtype argument that makes the result an integer without a gradient."""
    for slot in parameters:
        if "dtype" in slot.name or slot.name in ("out_type", "output_type"):
            try:
                measured = tape.measure(apply, {**best, slot.name: Fixed("int32")})
            except Exception:
                continue
            if measured.kinds[0] == "integer" and tape.strongest(measured.pairs.values()) == "cut":
                return [slot.name, slot.position]
    return None


def bare_weight(apply: Any, total: Tally) -> str | None:
    """What becomes of a weight handed over as it is, where a tensor carries; None if that cannot be run."""
    verdicts = []
    for name, one in total.best.items():
        if isinstance(one, Leaf) and one.is_float and one.plain and total.pairs.get((name, 0)) == "carry":
            verdicts.extend(_weight_states(apply, total.best, name))
    return tape.strongest(verdicts) if verdicts else None


def _weight_states(apply: Any, arguments: Mapping[str, Argument], name: str) -> Iterator[str]:
    for draw in range(3):
        leaves = tape.tensors(arguments, dict.fromkeys(arguments, draw))
        leaves[name] = methods.weight(leaves[name])
        try:
            ran = tape.run(apply, arguments, leaves, {name: methods.variable(leaves[name])})
        except Exception:
            return
        yield "carry" if "carry" in ran.gradients.values() else "cut"
