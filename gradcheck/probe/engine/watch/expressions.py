"""Finds the part of an expression that a report should point at: a keyword, an argument, a statement."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from types import CodeType
from typing import Any

from gradcheck.base.doubled import doubled_after
from gradcheck.base.exchanged_arguments import first_exchanged
from gradcheck.base.given_functions import calls_what_it_was_given
from gradcheck.base.guards import guard, tests_before
from gradcheck.base.loss_parameters import are_exchanged
from gradcheck.base.overwriting import overwritten_by
from gradcheck.base.packing import packed_by
from gradcheck.base.parameters import parameters
from gradcheck.base.straight_through import passes_by
from gradcheck.probe.engine.watch.frames import Place, Stack, node_location, place, syntax, text
from gradcheck.report.finding import Location

FITS = ("fit", "train_on_batch")
"""Methods by which a model trains itself."""


def call_at(location: Location) -> ast.Call | None:
    """The call that stands exactly here."""
    for node in nodes(location):
        if isinstance(node, ast.Call) and node_location(location.path, node) == location:
            return node
    return None


def calls(place: Place, *methods: str) -> bool:
    """Whether a call of one of these methods stands exactly here."""
    call = call_at(place.location)
    return call is not None and isinstance(call.func, ast.Attribute) and call.func.attr in methods


def keyword(place: Place, *names: str) -> Place | None:
    """The first of these keyword arguments of the call at a place."""
    call = call_at(place.location)
    for name in names:
        for given in call.keywords if call is not None else ():
            if given.arg == name:
                return _at(place, node_location(place.location.path, given))
    return None


def quotient(place: Place) -> Place | None:
    """The one quotient at a place: of a line that autograph rewrote, only the whole expression is known."""
    found = [
        at
        for node in nodes(place.location)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if encloses(place.location, at := node_location(place.location.path, node))
    ]
    return _at(place, found[0]) if len(found) == 1 else None


def argument(place: Place, wanted: Callable[[object], bool], scope: dict[str, Any]) -> Place | None:
    """The argument of the call at a place whose value is wanted, as the names in `scope` have it."""
    call = call_at(place.location)
    if call is None:
        return None
    for given in (*call.args, *(one.value for one in call.keywords)):
        if wanted(_evaluate(given, scope)):
            return _at(place, node_location(place.location.path, given))
    return None


def parameter(code: CodeType, name: str, path: Sequence[int | str]) -> Place | None:
    """A parameter of a function; where the function takes it apart, the name of this part of it."""
    function = _definition(code)
    if function is None:
        return None
    spread = (function.args.vararg, function.args.kwarg)
    given = (
        *parameters(function.args),
        *filter(None, spread),
    )
    found: ast.AST | None = next((one for one in given if one.arg == name), None)
    if path and found is not None:
        found = next(_parts(function, name, path[0]), found)
    if found is None:
        return None
    return _in_function(code, found)


def guard_of(code: CodeType, attribute: str) -> Place | None:
    """The test in a method that decides whether it calls `self.attribute`, or takes it to be called."""
    called = _guard(code, lambda node: _calls_own(node, attribute))
    return called or _guard(code, lambda node: _reads_own(node, attribute))


def guard_of_method(code: CodeType, name: str) -> Place | None:
    """The test in a function that decides whether it calls a method of this name."""
    return _guard(code, lambda node: _calls_method(node, name))


def guard_of_name(code: CodeType, name: str) -> Place | None:
    """The test in a function that decides whether it reads a name."""
    return _guard(code, lambda node: isinstance(node, ast.Name) and node.id == name and _is_read(node))


def tests_of(code: CodeType, attribute: str) -> list[ast.expr]:
    """The tests behind which alone a method reads `self.attribute`."""
    function = _definition(code)
    return (tests_before(function, lambda node: _reads_own(node, attribute)) if function else None) or []


def _guard(code: CodeType, wanted: Callable[[ast.AST], bool]) -> Place | None:
    function = _definition(code)
    found = None if function is None else guard(function, wanted)
    return None if found is None else _in_function(code, found)


def _is_read(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


def _calls_own(node: ast.AST, attribute: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
            return name == attribute
    return False


def _reads_own(node: ast.AST, attribute: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Load()):
            return name == attribute
    return False


def _calls_method(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=method)):
            return method == name
    return False


def _definition(code: CodeType) -> ast.FunctionDef | None:
    whole = Location(code.co_filename, code.co_firstlineno)
    return next(
        (one for one in nodes(whole) if isinstance(one, ast.FunctionDef) and _defines(one, code)), None
    )


def methods_of(kind: type[Any], ran: Iterable[CodeType]) -> set[CodeType]:
    """The code of a class's methods, as it stands in its text, of what ran."""
    return {code for code in ran for above in kind.__mro__ if _code_of(vars(above).get(code.co_name)) is code}


def _code_of(method: object) -> CodeType | None:
    return getattr(inspect.unwrap(method), "__code__", None) if callable(method) else None


def class_of(code: CodeType) -> ast.ClassDef | None:
    """The class whose body defines a method."""
    function = _definition(code)
    whole = nodes(Location(code.co_filename, code.co_firstlineno))
    classes = (one for one in whole if isinstance(one, ast.ClassDef))
    return next((one for one in classes if function in one.body), None) if function else None


def _in_function(code: CodeType, node: ast.AST) -> Place:
    at = node_location(code.co_filename, node)
    owner = getattr(code, "co_qualname", code.co_name).rpartition("<locals>.")[2]
    return Place(at, text(at), f"{owner}()")


def exchanged_parameters(place: Place) -> Place | None:
    """The first parameter of the function that a place is in, if it is called the prediction, and the second
    one the labels.
    """
    function = function_around(place.location)
    if function is None:
        return None
    own = [one for one in parameters(function.args) if one.arg != "self"]
    if not are_exchanged([one.arg for one in own]):
        return None
    at = node_location(place.location.path, own[0])
    return Place(at, text(at), f"{function.name}()")


def exchanged_call(stack: Stack) -> Place | None:
    """The call that hands a function, in which all this happens, two values in each other's place."""
    for frame, caller in pairwise(stack):
        at = place(caller)
        call, function = call_at(at.location), function_around(place(frame).location)
        tree = syntax(at.location.path)
        if call is None or function is None or tree is None:
            continue
        names = [one.arg for one in parameters(function.args) if one.arg != "self"]
        if (first := first_exchanged(tree, call, names)) is not None:
            return _at(at, node_location(at.location.path, first))
    return None


def passes_by_estimator(place: Place) -> bool:
    """Whether the stop at a place is that of a straight-through estimator."""
    call, tree = call_at(place.location), syntax(place.location.path)
    return call is not None and tree is not None and passes_by(tree, call)


def function_around(location: Location) -> ast.FunctionDef | None:
    """The innermost function that a place is in."""
    around = [
        one
        for one in nodes(location)
        if isinstance(one, ast.FunctionDef) and one.lineno <= location.line <= (one.end_lineno or 0)
    ]
    return max(around, key=lambda one: one.lineno, default=None)


def chosen_at(stack: Stack) -> Place | None:
    """The innermost place whose own code chose what it does: a helper may call what it was given."""
    at = None
    for frame in stack:
        at = place(frame)
        if not _calls_what_it_was_given(at, frame.code):
            break
    return at


def _calls_what_it_was_given(at: Place, code: CodeType | None) -> bool:
    call = call_at(at.location)
    if call is None or code is None or not isinstance(call.func, ast.Name):
        return False
    whole = Location(code.co_filename, code.co_firstlineno)
    return any(_defines(one, code) and calls_what_it_was_given(call, one) for one in nodes(whole))


def _defines(node: ast.AST, code: CodeType) -> bool:
    if not isinstance(node, ast.FunctionDef) or node.name != code.co_name:
        return False
    first = min((node.lineno, *(one.lineno for one in node.decorator_list)))
    return first <= code.co_firstlineno <= node.lineno


def _parts(function: ast.FunctionDef, name: str, index: int | str) -> Iterator[ast.AST]:
    """The names that get this entry of a parameter: `mean, log_var = inputs`, `mask = inputs["mask"]`."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        target, value = node.targets[0], node.value
        if isinstance(value, ast.Name) and value.id == name and isinstance(target, ast.Tuple | ast.List):
            starred = any(isinstance(one, ast.Starred) for one in target.elts)
            if isinstance(index, int) and index < len(target.elts) and not starred:
                yield target.elts[index]
        elif _is_entry(value, name, index):
            yield target


def _is_entry(value: ast.expr, name: str, index: int | str) -> bool:
    """Whether an expression is `name[index]`."""
    return (
        isinstance(value, ast.Subscript)
        and isinstance(value.value, ast.Name)
        and value.value.id == name
        and isinstance(value.slice, ast.Constant)
        and value.slice.value == index
    )


def source(place: Place, position: int) -> str:
    """What the author calls a value whose gradient is asked for: this position of the second argument."""
    call = call_at(place.location)
    given = call.args[1] if call is not None and len(call.args) > 1 else None
    if isinstance(given, ast.List | ast.Tuple) and position < len(given.elts):
        given = given.elts[position]
    return "a tensor" if given is None else ast.unparse(given)


def overwriting(place: Place) -> Place | None:
    """What takes the place of the value that stands exactly here, if nothing has read it before."""
    return _later(place, overwritten_by)


def packing(place: Place) -> Place | None:
    """The list that the value which stands exactly here is put into, if nothing reads that."""
    return _later(place, packed_by)


def doubled(place: Place) -> Place | None:
    """The list in which another value stands two times, after the value that stands exactly here."""
    return _later(place, doubled_after)


def _later(place: Place, find: Callable[[ast.AST, ast.expr], ast.expr | None]) -> Place | None:
    scope = function_around(place.location) or syntax(place.location.path)
    for node in nodes(place.location):
        if isinstance(node, ast.expr) and node_location(place.location.path, node) == place.location:
            found = find(scope, node) if scope is not None else None
            if found is not None:
                return _at(place, node_location(place.location.path, found))
    return None


def statement(place: Place) -> Place:
    """The statement a place is part of."""
    inner = place.location
    for node in nodes(inner):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return):
            outer = node_location(inner.path, node)
            if encloses(outer, inner):
                return _at(place, outer)
    return place


def looped(place: Place) -> bool:
    """Whether a place stands in the body of a `for` loop."""
    loops = [node for node in nodes(place.location) if isinstance(node, ast.For)]
    return any(loop.lineno < place.location.line <= (loop.end_lineno or 0) for loop in loops)


def remembered(place: Place) -> bool:
    """Whether what stands here is kept where a test has found nothing: `if self.x is None: self.x = ...`."""
    tests = [node for node in nodes(place.location) if isinstance(node, ast.If)]
    return any(_keeps(test, one, place) for test in tests for one in test.body)


def _keeps(test: ast.If, statement: ast.stmt, place: Place) -> bool:
    if not isinstance(statement, ast.Assign):
        return False
    here = encloses(node_location(place.location.path, statement), place.location)
    kept = {one.attr for one in statement.targets if isinstance(one, ast.Attribute)}
    asked = {node.attr for node in ast.walk(test.test) if isinstance(node, ast.Attribute)}
    return here and not kept.isdisjoint(asked)


def in_one_loop(place: Place, other: Place) -> bool:
    """Whether some loop has both places in its body."""
    loops = [node for node in nodes(place.location) if isinstance(node, ast.For | ast.While)]
    lines = (place.location.line, other.location.line)
    inside = [all(loop.lineno < line <= (loop.end_lineno or 0) for line in lines) for loop in loops]
    return place.location.path == other.location.path and any(inside)


def encloses(outer: Location, inner: Location) -> bool:
    """Whether one range contains another."""
    return (
        outer.path == inner.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


def nodes(location: Location) -> Iterator[ast.AST]:
    """Every node of the file this place is in; none where it cannot be read."""
    tree = syntax(location.path)
    return iter(()) if tree is None else ast.walk(tree)


def _at(place: Place, location: Location) -> Place:
    return replace(place, location=location, code=text(location))


def _evaluate(node: ast.expr, scope: dict[str, Any]) -> object:
    """The value of `name` or `name.attribute`, looked up without running anyone's code."""
    if isinstance(node, ast.Name):
        return scope.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(_evaluate(node.value, scope), "__dict__", {}).get(node.attr)
    return None
