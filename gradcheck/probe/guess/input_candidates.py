"""Example inputs worth a try for a model or layer, the likeliest first. Nothing is called here."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from gradcheck.probe.guess.catalogue import flat
from gradcheck.probe.guess.input_hints import Hint, hint_of, parameters
from gradcheck.probe.guess.inputs import batch_for, candidates, of_symbol
from gradcheck.probe.guess.own_arrays import examples

Offer = tuple[tuple[str, ...], str]
"""Texts of inputs, and how they are packed."""


def offers(
    root: Any,
    asked: tuple[str, ...],
    batches: Mapping[str, int],
    numbers: tuple[int, ...],
    arrays: Mapping[str, Any] = MappingProxyType({}),
) -> Iterator[Offer]:
    """Inputs for `root`: those asked for, else its own, else the program's data, else by names and source.

    `arrays` are the module's own by name: one that is called like a parameter is an example of it, as is one
    that has the shape of a declared input.
    """
    call = getattr(type(root), "call", type(root).__call__)
    wanted = parameters(call)
    if asked:
        yield asked, "" if len(asked) == len(wanted) else "list"
        return
    if symbols := getattr(root, "inputs", None):
        yield from _own(root, symbols, arrays)
        yield from _declared(root, symbols)
        return
    if wanted and arrays.keys() >= set(wanted):
        yield tuple(wanted), ""
    yield from _from_batches(batches, len(wanted))
    hints = [hint_of(root, call, name) for name in wanted]
    first = [*_texts(root), *indices(root)]
    yield from _unpacking(wanted, hints, lambda name, rank: _shapes(name, numbers, rank, first))
    yield from _plain(wanted, hints, lambda name, rank: _shapes(name, numbers, rank, first))


def _from_batches(batches: Mapping[str, int], wanted: int) -> Iterator[Offer]:
    """The program's own example data, whole or its parts in order."""
    for expression, size in batches.items():
        if size == 0:
            yield (expression,), ""
            continue
        yield tuple(f"{expression}[{number}]" for number in range(min(wanted, size))), ""
        if wanted == 1:
            yield tuple(f"{expression}[{number}]" for number in range(size)), "list"


def _own(root: Any, symbols: Any, arrays: Mapping[str, Any]) -> Iterator[Offer]:
    import tensorflow as tf

    _, packing = _of_symbols(root, symbols)
    yield from ((texts, packing) for texts in examples(arrays, tf.nest.flatten(symbols)))


def _declared(root: Any, symbols: Any) -> Iterator[Offer]:
    """A functional model's own inputs; a preprocessing layer may want texts although it declares numbers."""
    texts, packing = _of_symbols(root, symbols)
    yield texts, packing
    for kind in ("int", "string"):
        yield tuple(f"{kind}:{text.rpartition(':')[2]}" for text in texts), packing


def _of_symbols(root: Any, symbols: Any) -> Offer:
    """The inputs a functional model itself declares."""
    import tensorflow as tf

    flat_symbols = tf.nest.flatten(symbols)
    batch = min(batch_for(symbol.shape) for symbol in flat_symbols)
    below = _vocabulary(root) or 4
    texts = tuple(of_symbol(symbol, below=below, batch=batch) for symbol in flat_symbols)
    given: Any = getattr(root, "_inputs_struct", None)
    if given is None:
        given = getattr(root, "_nested_inputs", None)
    if isinstance(given, dict):
        return texts, f"dict:{','.join(sorted(given))}"
    return texts, "list" if len(texts) > 1 or isinstance(given, list | tuple) else ""


def _vocabulary(root: Any) -> int:
    """How many different indices the smallest embedding inside takes; 0 if there is none."""
    return min((int(one.input_dim) for one in flat(root) if type(one).__name__ == "Embedding"), default=0)


def indices(root: Any) -> list[str]:
    """Shapes of indices, for what looks them up in an embedding: most of those also swallow other numbers."""
    below = _vocabulary(root)
    return [f"int<{below}:64,8", f"int<{below}:64"] if below else []


def _texts(root: Any) -> list[str]:
    """Shapes of texts, for what splits them into words itself."""
    readers = {"TextVectorization", "StringLookup"}
    return ["string:64", "string:64,1"] if any(type(one).__name__ in readers for one in flat(root)) else []


Shapes = Callable[[str, int | None], list[str]]


def _unpacking(wanted: list[str], hints: list[Hint], shapes: Shapes) -> Iterator[Offer]:
    """A first parameter that the method takes apart: a list by its elements' names, a dict by its keys."""
    if names := hints[0].elements if hints else ():
        rest = [shapes(name, one.rank) for name, one in zip(wanted[1:], hints[1:], strict=True)]
        packing = f"list:{len(names)}" if rest else "list"
        yield from _combined([*(shapes(name, None) for name in names), *rest], packing)
    if len(wanted) != 1:
        return
    if keys := hints[0].keys:
        yield from _combined([shapes(key, None) for key in keys], f"dict:{','.join(keys)}")


def _plain(wanted: list[str], hints: list[Hint], shapes: Shapes) -> Iterator[Offer]:
    """Every parameter by its name; a single one may also want a pair."""
    named = list(zip(wanted, hints, strict=True)) or [("x", Hint())]
    yield from _combined([shapes(name, one.rank) for name, one in named], "")
    if len(wanted) == 1:
        for shape in shapes("x", None)[:2]:
            yield (shape, shape), "list"


def _combined(options: list[list[str]], packing: str) -> Iterator[Offer]:
    """The likeliest of each together, then alike ones, then every mixture, the likely ones first."""
    short = [one[: 8 if len(options) > 1 else 99] for one in options]
    places = itertools.product(*(range(len(one)) for one in short))
    chosen = sorted(places, key=lambda place: (len({*place}) > 1 and sum(place) > 1, sum(place)))
    for place in chosen:
        yield tuple(one[number] for one, number in zip(short, place, strict=True)), packing


def _shapes(name: str, numbers: tuple[int, ...], rank: int | None, first: list[str]) -> list[str]:
    """Shapes for a parameter of this name, the program's own sizes soon after the usual ones."""
    patterns = ("64,{0}", "64,{0},8", "64,8,{0}", "16,{0},{0},3", "16,{0},{0},1")
    own = [pattern.format(size) for pattern in patterns for size in numbers[:8]]
    found = list(dict.fromkeys([*first, *candidates(name, own)]))
    if rank is not None:
        return sorted(found, key=lambda text: text.rpartition(":")[2].count(",") + 1 != rank)
    return found
