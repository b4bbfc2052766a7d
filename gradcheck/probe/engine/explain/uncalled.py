"""A variable that nothing read because its layer was not called: which layer, and where to call it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from types import CodeType
from typing import Any

from gradcheck.probe.engine.explain.handed import LayerCall
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Births
from gradcheck.probe.engine.watch.expressions import guard_of, methods_of, statement
from gradcheck.probe.engine.watch.frames import Place, Stack, key, place
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.accounts import REPLACED

_WORD = re.compile(r"[A-Z]?[a-z]+|\d+")
_SHORT = 3
"""Words of so few letters say nothing."""


def uncalled(
    watch: Watch, number: int | None, calls: Sequence[LayerCall], ran: Set[CodeType]
) -> tuple[Place, str] | None:
    """The place to blame for a variable whose layer was not called, and the case; None where it was called.
    `ran` is the code of the step.

    Where a twin was called in its place, on a line that goes by this layer's name, that line is it; where it
    took the attribute of one that is still called, the line that put it there.
    """
    births, called = watch.births, {call.layer for call in calls}
    layers = [layer for layer, _ in births.layers()]
    owner = next((one for one in layers if _owns(one, number)), None)
    if owner is None or id(owner) in called or not called:
        return None
    outer = _outermost(owner, layers, called)
    before, taken = watch.calls.replaced.get(id(outer), (None, ()))
    if before in called and taken:
        return place(taken[0]), REPLACED
    if (twin := _twin(outer, layers, calls)) is not None:
        return twin, "twin"
    if (test := _behind_a_test(outer, layers, ran)) is not None:
        return test, "test"
    stack = births.maker(outer)
    return (place(stack[0]), "") if stack else None


def _behind_a_test(layer: Any, layers: Sequence[Any], ran: Set[CodeType]) -> Place | None:
    """The test that went the other way in a method of the layer that keeps this one, and calls it there."""
    for parent in layers:
        names = [name for name, one in versions.children(parent) if one is layer]
        for code in methods_of(type(parent), ran) if names else ():
            if (test := guard_of(code, names[0])) is not None:
                return test
    return None


def piped(watch: Watch, number: int) -> Stack:
    """The line that called a variable's layer, where that is in a data pipeline."""
    owner = next((layer for layer, _ in watch.births.layers() if _owns(layer, number)), None)
    return watch.calls.piped.get(id(owner), ())


def bypassed(births: Births, number: int | None, calls: Sequence[LayerCall], since: int) -> Stack:
    """The line on which a variable's layer was called last, where that is in the call of a model which has
    not been called since although its parts have: it is trained through another method.
    """
    now = {call.layer for call in calls if call.start >= since}
    layers = {id(layer): layer for layer, _ in births.layers()}
    owner = next((name for name, layer in layers.items() if _owns(layer, number)), None)
    last = next((call for call in reversed(calls) if call.layer == owner), None)
    if last is None or owner in now:
        return ()
    around = {call.layer for call in calls if call.depth < last.depth and call.holds(last.start)} - now
    parts = (id(part) for name in around & set(layers) for part in versions.descendants(layers[name]))
    return last.stack if any(part in now for part in parts) else ()


def _owns(layer: Any, number: int | None) -> bool:
    return any(versions.handle(weight) == number for weight in versions.own_weights(layer))


def _outermost(owner: Any, layers: Sequence[Any], called: set[int]) -> Any:
    """The largest layer around this one of which no part was called either."""
    parts = [(one, list(versions.descendants(one))) for one in layers if one is not owner]
    around = [
        (len(inside), one)
        for one, inside in parts
        if any(part is owner for part in inside) and called.isdisjoint(map(id, (one, *inside)))
    ]
    return max(around, key=lambda found: found[0], default=(0, owner))[1]


def _twin(layer: Any, layers: Sequence[Any], calls: Sequence[LayerCall]) -> Place | None:
    """The line that calls a layer of the same kind, held beside this one, although it names this one."""
    for parent in layers:
        names = dict(versions.children(parent))
        mine = next((name for name, one in names.items() if one is layer), None)
        for name, other in names.items() if mine is not None else ():
            if mine is None or type(other) is not type(layer) or other is layer:
                continue
            lines = {key(call.stack[0]): call for call in calls if call.layer == id(other) and call.stack}
            if len(lines) < 2:
                continue
            speaking = [call for call in lines.values() if _speaks(call, mine, name)]
            if len(speaking) == 1:
                return place(speaking[0].stack[0])
    return None


def _speaks(call: LayerCall, mine: str, other: str) -> bool:
    """Whether a statement, or its function, has a word of this name that is not one of the other's, or an
    abbreviation of one: `bwd` of `backward_layer`.
    """
    at = place(call.stack[0])
    text = f"{statement(at).code} {call.stack[0].function}"
    own, others = (set(_words(one)) - set(_words(two)) for one, two in ((mine, other), (other, mine)))
    words = {word.lower() for word in _WORD.findall(text)}
    return any(
        word.startswith(one)
        or (_abbreviates(word, one) and not any(_abbreviates(word, two) for two in others))
        for word in words
        for one in own
    )


def _abbreviates(short: str, word: str) -> bool:
    """Whether these are letters of a word in its order, from its first one on."""
    letters = iter(word)
    return _SHORT <= len(short) < len(word) and short[0] == word[0] and all(one in letters for one in short)


def _words(text: str) -> Iterator[str]:
    return (word.lower() for word in _WORD.findall(text) if len(word) > _SHORT)
