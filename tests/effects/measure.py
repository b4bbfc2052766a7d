"""Measures every callable under the Keras that runs; prints one JSON line each: group, name, what was seen.

Run it as a module, once per Keras: `TF_USE_LEGACY_KERAS=1 python -m effects.measure`.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from . import captures, instances, methods, names, tape
from .choice import TookTooLong, decided, limit
from .functions import examine, function, is_random
from .guesses import Slot, floats, slots
from .tally import Seen, Tally


def instance(name: str, made: str, ways: Any) -> Seen | None:
    """What calling an instance of a class does."""
    for make in ways:
        total = Tally()
        random.seed(7)  # Keras draws the seed of a layer's own generator from it
        try:
            thing = make()
            parameters = instances.parameters(thing, made)
        except Exception:
            continue
        apply = functools.partial(tape.call, _training(thing, parameters), parameters)
        with contextlib.suppress(TookTooLong), limit(6.0):
            examine(name, tape.seeded(apply) if is_random(name) else apply, parameters, total)
        if total.examples:
            has_weights = bool(getattr(thing, "trainable_variables", ()))
            return {**total.seen(parameters), "made": made, "weights": has_weights}
    return None


def _training(thing: Any, parameters: tuple[Slot, ...]) -> Any:
    """The instance as training calls it: noise and augmentation layers do nothing otherwise."""
    if any(slot.name == "training" for slot in parameters):
        return functools.partial(thing, training=True)
    return thing


def captured(made: str, make: Any, arguments: Any) -> Seen | None:
    """What an object that keeps its arguments does."""
    try:
        with limit(40.0):
            seen = captures.look(made, make, arguments)
    except (TookTooLong, Exception) as error:
        return {"error": f"{type(error).__name__}: {error}"[:200]}
    place = {slot.name: slot.position for slot in slots(make)}
    by_hand = make.__name__ == "<lambda>"
    return {
        **seen,
        "made": made,
        "by_hand": by_hand,
        "place": {name: place.get(name, -1) for name in arguments},
    }


def of_weight(method: Callable[[Any], Any]) -> Seen | None:
    """What a method of a bare weight does."""
    for draw in (floats(3), floats()):
        kept = methods.weight(draw.draws[0])
        watched = {"self": methods.variable(kept)}
        try:
            ran = tape.run(lambda given: method(given["self"]), {"self": draw}, {"self": kept}, watched)
        except Exception:
            continue
        verdict = "carry" if "carry" in ran.gradients.values() else "cut"
        return {
            "args": [["self", -1, verdict]],
            "outs": [verdict],
            "kinds": list(ran.kinds),
            "raises": ran.raised,
            "examples": [],
        }
    return None


def every() -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """Everything there is to measure: group, name, measurement."""
    done: dict[int, Any] = {}
    for name, thing in names.functions().items():
        yield "function", name, functools.partial(once, done, thing, functools.partial(function, name, thing))
    for name, thing in methods.OF_TENSORS.items():
        yield "method", name, functools.partial(function, name, thing)
    for name, thing in methods.OF_WEIGHTS.items():
        yield "method", name, functools.partial(of_weight, thing)
    for name, made, thing, ways in instances.makers():
        yield (
            "instance",
            name,
            functools.partial(once, done, thing, functools.partial(instance, name, made, ways)),
        )
    for name, made, make, arguments in captures.objects():
        yield "object", name, functools.partial(captured, made, make, arguments)


def once(done: dict[int, Any], thing: Any, look: Callable[[], Any]) -> Any:
    """An alias is measured with the thing itself."""
    if id(thing) not in done:
        done[id(thing)] = None
        with contextlib.suppress(TookTooLong):
            done[id(thing)] = look()
    return done[id(thing)]


def main() -> None:
    """Prints one JSON line per name."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    only = tuple(sys.argv[1:])
    for group, name, look in every():
        if (not only or name.startswith(only) or group in only) and (not decided() or name in decided()):
            start = time.perf_counter()
            row = {"keras": names.KERAS, "group": group, "name": name, "seen": look()}
            print(json.dumps({**row, "cost": time.perf_counter() - start}), file=out, flush=True)


if __name__ == "__main__":
    main()
