"""Functions of the program's own that take several of its models together: they say best how to train.

`sequence_loss(encoder, decoder, source, target)`: each parameter is a part of the program by its name, a
setting, or data whose shape is guessed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradcheck.probe.guess import binding, train
from gradcheck.probe.guess.catalogue import Catalogue, outer, part_named
from gradcheck.probe.guess.constructor_arguments import required
from gradcheck.probe.guess.input_candidates import indices
from gradcheck.probe.guess.inputs import candidates, of_kind
from gradcheck.probe.job.job import Recipe

_MOST = 24
"""So many mixtures of shapes are tried for one function."""


def recipes(has: Catalogue, known: Mapping[str, Any], batches: Mapping[str, int]) -> Iterator[Recipe]:
    """What works, the program's training functions before its losses; no model is trained twice."""
    done: set[str] = set()
    for name, function in (*outer(has.trainers).items(), *outer(has.losses).items()):
        if isinstance(function, type):
            continue
        named = {one: part_named(has, one, name) for one in required(function)}
        places = {one: text for one, text in named.items() if text is not None}
        if len(set(places.values())) < 2 or done >= set(places.values()):
            continue
        recipe = next(_working(name, function, places, has, known, batches), None)
        if recipe is not None:
            done |= set(places.values())
            yield recipe


def _working(
    name: str,
    function: Any,
    places: Mapping[str, str],
    has: Catalogue,
    known: Mapping[str, Any],
    batches: Mapping[str, int],
) -> Iterator[Recipe]:
    """Calls of one function that give a number; where it is not finite, the data was guessed wrong."""
    made = list(dict.fromkeys(places.values()))
    data = [one for one in required(function) if one not in places and binding.settings(one) is None]
    roles = [_role(one, places, made, data) for one in required(function)]
    call = f"{name}({', '.join(roles)})"
    way = "call" if name in has.trainers else "step"
    make = f"({', '.join(made)})"
    for inputs in itertools.islice(_shapes(data, make, known, batches), _MOST):
        recipe = Recipe(name, "model", make, inputs, way=way, expression=call)
        try:
            if math.isfinite(binding.rehearse(recipe, known)):
                yield recipe
        except Exception:
            continue  # A guess that fails is no guess.


def _role(parameter: str, places: Mapping[str, str], made: Sequence[str], data: Sequence[str]) -> str:
    if parameter in places:
        return f"model[{made.index(places[parameter])}]"
    return f"inputs[{data.index(parameter)}]" if parameter in data else str(binding.settings(parameter))


def _shapes(
    data: Sequence[str], make: str, known: Mapping[str, Any], batches: Mapping[str, int]
) -> Iterator[tuple[str, ...]]:
    """Data for these parameters: the program's own, else by their names."""
    for expression, size in batches.items():
        if size >= len(data):
            yield tuple(f"{expression}[{number}]" for number in range(len(data)))
        elif size == 0 and len(data) == 1:
            yield (expression,)
    try:
        vocabularies = [one for part in train.parts(eval(make, dict(known))) for one in indices(part)]
    except Exception:
        return
    options = [list(dict.fromkeys([*vocabularies[:2], *candidates(name)]))[:6] for name in data]
    numbers = itertools.product(*(range(len(one)) for one in options))
    # Alike ones first: data that belongs together mostly has one shape.
    for chosen in sorted(numbers, key=lambda at: (len(set(at)) > 1, sum(at))):
        texts = tuple(one[number] for one, number in zip(options, chosen, strict=True))
        yield texts
        if any(of_kind("unit", text) != text for text in texts) and len(set(chosen)) <= 1:
            yield tuple(of_kind("unit", text) for text in texts)
