"""Why a variable that does not train keeps its zeros: what would set it is called behind a test."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import CodeType
from typing import Any

from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.expressions import guard_of_method
from gradcheck.probe.engine.watch.frames import Place, Stack
from gradcheck.probe.engine.watch.watch import Watch

_WRITES = r"\bself\.{}(\[.*?\])?\.(assign|scatter_)|\b(set_value|update)\(self\.{}\b"


def kept_from_writing(watch: Watch, made: Stack) -> Place | None:
    """The test in a layer around the one whose variable was made there, behind which it calls the method that
    writes to the variable."""
    numbers = {
        versions.handle(born.variable())
        for born in watch.births.weights()
        if born.stack == made and not born.trainable
    }
    layers = [layer for layer, _ in watch.births.layers()]
    for layer in layers:
        methods = [one for name in _holding(layer, numbers) for one in _writers(watch, layer, name)]
        around = [one for one in layers if one is not layer and _contains(one, layer)] if methods else []
        for method in methods:
            for code in (code for one in around for _, code in _methods(watch, one)):
                if (test := guard_of_method(code, method)) is not None:
                    return test
    return None


def _holding(layer: Any, numbers: set[int | None]) -> list[str]:
    """The attributes in which a layer has one of these variables."""
    held = {versions.handle(one) for one in versions.own_weights(layer)} & numbers - {None}
    kept = list(vars(layer).items()) if held else []
    return [name for name, value in kept if not name.startswith("_") and versions.handle(value) in held]


def _writers(watch: Watch, layer: Any, attribute: str) -> Iterator[str]:
    """The methods of a layer that write to one of its attributes."""
    written = re.compile(_WRITES.format(attribute, attribute))
    for name, code in _methods(watch, layer):
        if name not in ("__init__", "build", "call") and written.search(inspect.getsource(code)):
            yield name


def _methods(watch: Watch, layer: Any) -> Iterator[tuple[str, CodeType]]:
    """The methods that the user wrote for a layer."""
    for name, function in inspect.getmembers(type(layer), inspect.isfunction):
        code = inspect.unwrap(function).__code__
        if watch.frames.is_own(code):
            yield name, code


def _contains(outer: Any, layer: Any) -> bool:
    return any(one is layer for one in versions.descendants(outer))
