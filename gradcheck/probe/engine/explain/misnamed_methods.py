"""A variable that only a method uses which nobody calls, since its name is not quite the one it should be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from gradcheck.base.misnamed import misnamed
from gradcheck.probe.engine.explain.untold import attribute_of
from gradcheck.probe.engine.watch.expressions import class_of
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.finding import Cut, Location
from gradcheck.report.kinds import Kind
from gradcheck.report.verdict import Cause


def misnamed_method(watch: Watch, number: int) -> Cause | None:
    """The method, with the name that the class above calls."""
    for owner, _ in watch.births.layers():
        attribute = attribute_of(owner, number)
        codes = [code for kind in type(owner).__mro__ if (code := _own(watch, kind)) is not None]
        found = misnamed([one for one in map(class_of, codes) if one], attribute) if attribute else None
        if found is not None:
            return Cause(_cut(codes[0].co_filename, found.method, found.meant))
    return None


def _own(watch: Watch, kind: type[Any]) -> CodeType | None:
    """The code of a method that a class of the user's defines."""
    return next((code for code in _codes(kind) if watch.frames.is_own(code)), None)


def _codes(kind: type[Any]) -> Iterator[CodeType]:
    return (one.__code__ for one in vars(kind).values() if isinstance(one, FunctionType))


def _cut(path: str, method: ast.FunctionDef, meant: str) -> Cut:
    line, column, name = method.lineno, method.col_offset + 1, method.name
    location = Location(path, line, column, line, column + len(f"def {name}"))
    return Cut(Kind.UNUSED_WEIGHT, location, name, f"{name}()", variant="misnamed", detail=meant)
