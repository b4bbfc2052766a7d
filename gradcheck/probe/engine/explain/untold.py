"""A variable that only code behind a test of `training` uses, in a step that tells nobody that it trains."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence
from types import CodeType
from typing import Any

from gradcheck.probe.engine.explain.handed import LayerCall
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.expressions import FITS, call_at, keyword, methods_of, tests_of
from gradcheck.probe.engine.watch.frames import Place, Stack, place
from gradcheck.probe.engine.watch.watch import Watch

_FLAG = "training"
_SAY = frozenset({*FITS, "fit_generator", "evaluate", "predict"})
"""Methods of Keras that say the flag themselves."""


def untold(
    watch: Watch, number: int, calls: Sequence[LayerCall], ran: Mapping[CodeType, Stack]
) -> tuple[Place, str] | None:
    """The call of the model, or of a function of its own, that should say so, and the test inside that went
    the other way. `ran` is the code of the step, with who called it."""
    for owner, _ in watch.births.layers():
        attribute, code = attribute_of(owner, number), _call_of(owner)
        if attribute and code is not None and (test := _test(code, attribute)):
            return _asking(calls, id(owner), test)
    return _in_a_function(watch, number, ran)


def _in_a_function(watch: Watch, number: int, ran: Mapping[CodeType, Stack]) -> tuple[Place, str] | None:
    """The same of a method that is no `call()`, and takes the whole model that has the variable."""
    for owner, _ in watch.births.layers():
        methods = methods_of(type(owner), ran)
        names = [name for name, part in versions.children(owner) if _has(part, number)] if methods else []
        for code in methods if names else ():
            test, around = _test(code, names[0]), ran[code]
            if test and around and not _says(at := place(around[0])):
                return at, test
    return None


def _has(layer: Any, number: int) -> bool:
    weights = (weight for part in versions.descendants(layer) for weight in versions.own_weights(part))
    return any(versions.handle(weight) == number for weight in weights)


def attribute_of(owner: Any, number: int) -> str:
    """The attribute in which a layer keeps a variable, or the part that has it."""
    held = {name: one for name, one in vars(owner).items() if versions.handle(one) == number}
    parts = {
        name: one
        for name, one in versions.children(owner)
        if any(versions.handle(weight) == number for weight in versions.own_weights(one))
    }
    return next(iter([*held, *parts]), "")


def _call_of(owner: Any) -> CodeType | None:
    call = getattr(type(owner), "call", None)
    return getattr(inspect.unwrap(call), "__code__", None) if call is not None else None


def _test(code: CodeType, attribute: str) -> str:
    """The test of the flag on every way to the attribute that no other test decides."""
    tests = [test for test in tests_of(code, attribute) if _FLAG in _names(test)]
    return ast.unparse(tests[0]) if tests else ""


def _names(test: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}


def _asking(calls: Sequence[LayerCall], owner: int, test: str) -> tuple[Place, str] | None:
    """The outermost call around the layer's last one, where none on the way says the flag."""
    last = next((call for call in reversed(calls) if call.layer == owner), None)
    around = [call for call in calls if last and call.depth <= last.depth and call.holds(last.start)]
    places = [place(call.stack[0]) for call in around if call.stack]
    if not places or len(places) < len(around) or any(map(_says, places)):
        return None
    return (places[0], test) if keyword(places[0], _FLAG) is None else None


def _says(at: Place) -> bool:
    """Whether a call says the flag, other than by handing on what it was told."""
    call = call_at(at.location)
    if call is None or (isinstance(call.func, ast.Attribute) and call.func.attr in _SAY):
        return True
    spread = any(isinstance(one, ast.Starred) for one in call.args)
    words = {word.arg: word.value for word in call.keywords}
    given = words.get(_FLAG)
    return spread or None in words or not (given is None or _names(given) == {_FLAG})
