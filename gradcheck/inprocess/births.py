"""Where the weights of a model were created that nobody watched: the source shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gradcheck.inprocess.code import Code, UserClass
from gradcheck.probe.engine.watch.versions import descendants, handle, own_weights
from gradcheck.report.fate import WeightFate
from gradcheck.report.finding import Location


def births(code: Code, weights: Iterable[WeightFate]) -> Iterator[tuple[Any, Location]]:
    """Each variable whose line is certain: its layer keeps it under the name that the source gives it."""
    known = {weight.weight.birth: weight.weight.label for weight in weights}
    for layer, classes in code.layers:
        for name, value in list(vars(layer).items()):
            places = sorted(_places(name, classes, known))
            yield from _paired([*_flat(value)], places)


def _places(name: str, classes: tuple[UserClass, ...], known: dict[Location, str]) -> Iterator[Location]:
    for place, label in known.items():
        if label.partition("[")[0] == f"self.{name}" and any(place in one for one in classes):
            yield place


def _paired(held: list[Any], places: list[Location]) -> Iterator[tuple[Any, Location]]:
    """What an attribute holds, each with its line: one line for all of them, or one for each."""
    if len(places) == 1:
        places = places * len(held)
    if len(places) == len(held):
        for one, place in zip(held, places, strict=True):
            yield from ((variable, place) for variable in _variables(one))


def _flat(value: Any) -> Iterator[Any]:
    """What a list, tuple or dictionary holds, in order; anything else is one thing."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from _flat(one)
    elif isinstance(value, dict):
        yield from _flat(list(value.values()))
    else:
        yield value


def _variables(value: Any) -> Iterator[Any]:
    """The variables that come with one thing: itself, or all that a layer or module holds."""
    if handle(value) is not None:
        yield value
    elif hasattr(value, "_flatten_layers"):
        yield from (weight for layer in descendants(value) for weight in own_weights(layer))
    elif hasattr(type(value), "trainable_variables"):
        yield from value.trainable_variables
