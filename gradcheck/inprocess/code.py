"""Whose code a model is made of: the classes of the user's, and the files and cells that define them."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from types import CodeType
from typing import Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.syntax import syntax_of
from gradcheck.inprocess.cells import cell_file
from gradcheck.probe.engine.watch.frames import Frames
from gradcheck.probe.engine.watch.versions import descendants
from gradcheck.report.finding import Location


@dataclass(frozen=True)
class UserClass:
    """A class of the user's own; `path` is the file or the cell that defines it."""

    path: str
    first: int
    last: int

    def __contains__(self, place: Location) -> bool:
        return place.path == self.path and self.first <= place.line <= self.last


@dataclass(frozen=True, eq=False)
class Code:
    """The layers of some models, and the classes of the user's that they are of, the nearest base first."""

    models: tuple[Any, ...]

    @cached_property
    def layers(self) -> tuple[tuple[Any, tuple[UserClass, ...]], ...]:
        """Every layer, once, with its classes."""
        frames, known = Frames(()), dict[type, UserClass | None]()
        found = []
        for layer in _parts(self.models):
            for kind in type(layer).__mro__:
                if kind not in known:
                    known[kind] = _user_class(kind, frames)
            classes = [one for kind in type(layer).__mro__ if (one := known[kind]) is not None]
            found.append((layer, tuple(classes)))
        return tuple(found)

    @cached_property
    def classes(self) -> tuple[UserClass, ...]:
        """Every class, once."""
        return tuple(dict.fromkeys(one for _, classes in self.layers for one in classes))

    def __contains__(self, place: Location) -> bool:
        return any(place in one for one in self.classes)


def _parts(models: Sequence[Any]) -> Iterator[Any]:
    """The models, and every layer and module inside them, once."""
    seen: set[int] = set()
    for model in models:
        inside: Iterable[Any] = getattr(model, "submodules", ())
        for part in (*descendants(model), *inside):
            if id(part) not in seen:
                seen.add(id(part))
                yield part


def _user_class(kind: type, frames: Frames) -> UserClass | None:
    """Where the user's code defines a class; None for a class of a library."""
    codes = [code for value in vars(kind).values() if (code := _code(value)) and frames.is_own(code)]
    if not codes:
        return None
    file = codes[0].co_filename
    lines = {code.co_firstlineno for code in codes if code.co_filename == file}
    for node in _class_definitions(file):
        last = node.end_lineno or node.lineno
        if node.name == kind.__name__ and all(node.lineno <= line <= last for line in lines):
            return UserClass(cell_file(file), node.lineno, last)
    return None


def _code(value: Any) -> CodeType | None:
    """The code of a method, behind whatever it is wrapped in."""
    for name in ("fget", "python_function", "__func__"):
        value = getattr(value, name, None) or value
    try:
        value = inspect.unwrap(value)
    except ValueError:
        return None
    code = getattr(value, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _class_definitions(file: str) -> Iterator[ast.ClassDef]:
    """The classes that a file defines as it is now, outer before inner."""
    linecache.checkcache(file)
    try:
        tree = syntax_of("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
