"""What loops do: a body that may run any number of times, whose rounds find what the last one left."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache

from gradcheck.facts.domain.inside import inside
from gradcheck.facts.domain.values import (
    NONE,
    Constant,
    Instance,
    Layer,
    Lazy,
    Mapping,
    Sequence,
    Tensor,
    Value,
    Zip,
    known_size,
    plain,
)
from gradcheck.facts.interpreter.log import Overwritten, Replaced
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import is_pipeline, operation_of
from gradcheck.facts.interpreter.transfer.carried import carry
from gradcheck.facts.interpreter.transfer.comprehensions import bind_target
from gradcheck.facts.interpreter.transfer.late_binding import note_late
from gradcheck.facts.interpreter.transfer.left_early import note_left
from gradcheck.facts.interpreter.transfer.one_shot import note_gone_through
from gradcheck.facts.interpreter.transfer.sequences import element
from gradcheck.facts.interpreter.transfer.skipped import note_skipped
from gradcheck.report.accounts import PIPELINE
from gradcheck.report.kinds import Kind

Names = dict[str, Value]
ZEROS = frozenset({"zeros", "zeros_like"})
BEGUN = frozenset({"constant", "convert_to_tensor", "cast"}) | ZEROS
"""What a sum begins with."""
UNORDERED = frozenset({"sorted", "set", "frozenset"})
"""Kinds of sequences whose last item is not known to be the last that was put in."""

Loop = ast.For | ast.AsyncFor | ast.While


def joined(machine: Machine, branches: list[Names], node: ast.stmt) -> Names:
    first, *others = branches
    if not others:
        return first
    joined = dict(first)
    for other in others:
        joined.update({name: value for name, value in other.items() if name not in joined})
    # Of all that a scope holds, a branch changes little.
    changed = {name for other in others for name, value in other.items() if joined[name] is not value}
    for name in [name for name in joined if name in changed]:
        joined[name] = machine.join([branch[name] for branch in branches if name in branch], node)
    return joined


def for_(machine: Machine, node: ast.For | ast.AsyncFor) -> None:
    source = machine.eval(node.iter)
    note_gone_through(machine, source, node.iter, node)
    if (
        each := _by_name(node, source)
        or _rows(node, source)
        or _numbered(machine, node, source)
        or _collected(machine, node, source)
    ) is not None:
        for value in each:
            bind_target(machine, node.target, value)
            machine.run(node.body)
            machine.set_flow(ended=False, dead=False)
        note_late(machine, node)
        note_left(machine, node)
        return

    def head() -> None:
        bind_target(machine, node.target, element(machine, source, node.iter))

    if machine.taped and machine.frame.traced and is_pipeline(machine, source):
        before = dict(machine.scope.names)
        _loop(machine, node, head, source)
        _leave_pipeline(machine, node, before)
    else:
        _loop(machine, node, head, source)
    note_late(machine, node)
    note_left(machine, node)
    note_skipped(machine, node)


def _leave_pipeline(machine: Machine, node: ast.For | ast.AsyncFor, before: Names) -> None:
    """What a loop over a dataset leaves in a compiled function has come out of a pipeline."""
    for name, value in machine.scope.names.items():
        if isinstance(value, Tensor) and value is not before.get(name):
            made = Tensor(machine.graph.node())
            machine.draw(value, made.node, machine.site(node.iter), kind=Kind.NO_GRADIENT, detail=PIPELINE)
            machine.scope.names[name] = made


MOST_NAMES = 24
MOST_ROWS = 8
PLAIN = (ast.Constant, ast.Name, ast.Attribute)
"""Expressions that may be evaluated once more."""


def _by_name(node: ast.For | ast.AsyncFor, source: Value) -> list[Value] | None:
    """The keys of a dict, its items, or names in a list, where the body takes or sets attributes or entries
    by them: round by round."""
    keys: list[Value] = []
    if isinstance(source, Mapping) and not source.rest:
        keys = [Constant(key) for key in source.entries]
    elif isinstance(source, Sequence) and not isinstance(source, Lazy) and not source.many:
        keys = [one for one in source.items if _keyed(one)]
    fits = 0 < len(keys) <= MOST_NAMES and len(keys) == _size(source)
    return keys if fits and _goes_by_name(node) else None


def _goes_by_name(node: ast.For | ast.AsyncFor) -> bool:
    """Whether what a loop's body takes depends on a name that the loop hands out."""
    handed = {inner.id for inner in ast.walk(node.target) if isinstance(inner, ast.Name)}
    for inner in inside(node):
        match inner:
            case ast.Call(func=ast.Name(id="setattr" | "getattr")):
                return True
            case ast.Subscript(slice=ast.Name(id=name)) if name in handed:
                return True
    return False


def _rows(node: ast.For | ast.AsyncFor, source: Value) -> list[Value] | None:
    """The rows of a table of models that the loop spells out, `((target, online), ...)`: round by round, or
    any of the first would meet any of the second."""
    match node.iter, source:
        case ((ast.Tuple(elts=rows) | ast.List(elts=rows)), Sequence(items=items)):
            spelled = 1 < len(rows) == len(items) <= MOST_ROWS and all(
                isinstance(row, ast.Tuple) for row in rows
            )
            return [*items] if spelled and all(map(_holds_model, items)) else None
    return None


def _numbered(machine: Machine, node: ast.For | ast.AsyncFor, source: Value) -> list[Value] | None:
    """The rounds of a loop that names what it makes, `name=f"block_{i}"`: each round makes another one."""
    handed = {inner.id for inner in ast.walk(node.target) if isinstance(inner, ast.Name)}
    if not any(_names_by(inner, handed) for inner in inside(node)) or _jumps(node):
        return None
    each = _each(machine, node.iter, source)
    return each if each is not None and 1 < len(each) <= MOST_ROWS else None


def _collected(machine: Machine, node: ast.For | ast.AsyncFor, source: Value) -> list[Value] | None:
    """The rounds of a loop that puts its results into a list of which the function takes one by its place, or
    that it returns: then a caller may."""
    filled = {name for inner in inside(node) if (name := _appended(inner)) is not None}
    if not filled or _jumps(node) or filled.isdisjoint(_told_apart(machine.frame.code)):
        return None
    each = _each(machine, node.iter, source)
    return each if each is not None and 1 < len(each) <= MOST_ROWS else None


def _appended(node: ast.AST) -> str | None:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append")):
            return name
    return None


@lru_cache(maxsize=128)
def _told_apart(code: ast.AST) -> frozenset[str]:
    """The names of what a function takes one element of, `outputs[-1]`, or hands out as a whole."""
    return frozenset(name for inner in inside(code) for name in _told_apart_by(inner))


def _told_apart_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Subscript(
            value=ast.Name(id=name),
            slice=ast.Constant(value=int()) | ast.UnaryOp(operand=ast.Constant(value=int())),
        ):
            yield name
        case ast.Return(value=ast.Name(id=name)):
            yield name
        case ast.Return(value=ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts)):
            yield from (one.id for one in parts if isinstance(one, ast.Name))


def _jumps(node: ast.stmt) -> bool:
    return any(isinstance(inner, (ast.Break, ast.Continue, ast.Return)) for inner in inside(node))


def _each(machine: Machine, written: ast.expr, source: Value) -> list[Value] | None:
    """What a loop's target is in each round, if all of that is known."""
    match written:
        case ast.Call(func=ast.Name(id="range"), args=bounds):
            known = [plain(machine.eval(one)) for one in bounds if isinstance(one, PLAIN)]
            if len(known) == len(bounds) > 0 and all(type(one) is int for one in known):
                return [*map(Constant, range(*known)[: MOST_ROWS + 1])]
        case ast.Call(func=ast.Name(id="enumerate"), args=[one, *_]) if _plain(one):
            items, first = _each(machine, one, machine.eval(one)) or (), _start(machine, written)
            numbers = ((Constant(first + at), item) for at, item in enumerate(items) if first is not None)
            return [Sequence([*pair], kind="tuple") for pair in numbers]
    return _known_items(source)


def _known_items(source: Value) -> list[Value] | None:
    """What a value yields, one by one, as far as `zip` goes."""
    if isinstance(source, Zip):
        parts = [_known_items(one) for one in source.parts]
        known = [one for one in parts if one is not None]
        rows = zip(*known, strict=False) if len(known) == len(parts) else ()
        return [Sequence([*row], kind="tuple") for row in rows] or None
    listed = isinstance(source, Sequence) and not isinstance(source, Lazy)
    return [*source.items] if isinstance(source, Sequence) and listed and not source.many else None


def _plain(written: ast.expr) -> bool:
    """Whether an expression may be evaluated once more: nothing is made by it but a list of numbers."""
    if isinstance(written, (ast.List, ast.Tuple)):
        return all(isinstance(one, PLAIN) for one in written.elts)
    if isinstance(written, ast.Call):
        return (
            isinstance(written.func, ast.Name) and written.func.id == "zip" and all(map(_plain, written.args))
        )
    return isinstance(written, (ast.Name, ast.Attribute))


def _start(machine: Machine, call: ast.Call) -> int | None:
    """What `enumerate` counts from."""
    given = [*call.args[1:], *(one.value for one in call.keywords if one.arg == "start")]
    known = plain(machine.eval(given[0])) if given and isinstance(given[0], PLAIN) else None
    return 0 if not given else known if type(known) is int else None


def _names_by(node: ast.AST, handed: set[str]) -> bool:
    match node:
        case ast.keyword(arg="name", value=ast.JoinedStr() as text):
            return any(isinstance(one, ast.Name) and one.id in handed for one in ast.walk(text))
    return False


def _holds_model(row: Value) -> bool:
    return isinstance(row, Sequence) and any(isinstance(one, (Instance, Layer)) for one in row.items)


def _keyed(value: Value) -> bool:
    key = value.items[0] if isinstance(value, Sequence) and len(value.items) == 2 else value
    return isinstance(plain(key), str)


def _size(source: Value) -> int:
    return len(source.entries) if isinstance(source, Mapping) else len(getattr(source, "items", ()))


def while_(machine: Machine, node: ast.While) -> None:
    _loop(machine, node, lambda: machine.eval(node.test))


def _loop(machine: Machine, node: Loop, head: Callable[[], object], source: Value | None = None) -> None:
    """Run a body that may run any number of times: what one round leaves, the next one finds."""
    original = dict(machine.scope.names)
    carried = carry(machine, node)
    before = dict(machine.scope.names)
    with machine.at(machine.here.but(loops=(*machine.here.loops, node))):
        head()
        with machine.maybe():
            machine.run(node.body)
    machine.set_flow(ended=False, dead=False)
    _note_overwritten(machine, node, original, source)
    machine.log.carried.setdefault(node, []).extend(node for one in carried for node in one.nodes)
    _note_replaced(machine, node, original)
    for one in carried:
        one.close(machine)
    machine.scope.names = joined(machine, [before, machine.scope.names], node)
    machine.run(node.orelse)


def _note_overwritten(machine: Machine, node: Loop, before: Names, source: Value | None) -> None:
    """Remember lists that start empty, sums that start at zero, and values that had none before, which every
    round replaces as if it added to them."""
    if any(isinstance(inner, (ast.Break, ast.Return)) for inner in inside(node)):
        return
    for name, target, value in _given_values(node):
        old, new = before.get(name), machine.scope.names.get(name)
        if new is not None and (old is None or _is_empty_list(old) or _is_zero(machine, old)):
            earlier, begun = tuple(rounds(machine, node, source)), old or NONE
            site = machine.site(target if isinstance(begun, Sequence) and not _numbers_of(new) else value)
            machine.log.overwritten.append(Overwritten(begun, new, site, node, earlier))


def _given_values(node: Loop) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """The names that a round gives a value to and never reads, with it: `skip` in `x, skip = f(x)`."""
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name() as target], value=value):
                targets = [target]
            case ast.Assign(targets=[ast.Tuple(elts=parts) | ast.List(elts=parts)], value=value):
                targets = [part for part in parts if isinstance(part, ast.Name)]
            case _:
                continue
        yield from ((one.id, one, value) for one in targets if not _loads(node, one.id))


def _note_replaced(machine: Machine, node: Loop, before: Names) -> None:
    """Remember the lists that every round replaces, perhaps by one that is computed from the last."""
    for name in _stored(node):
        old, new = before.get(name), machine.scope.names.get(name)
        if isinstance(old, Sequence) and not isinstance(old, Lazy) and new is not None and new is not old:
            machine.log.replaced.append(Replaced(old, new, name, machine.site(node)))


def _is_empty_list(value: Value | None) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, Lazy) and not value.items


def _numbers_of(value: Value) -> bool:
    """Whether a value is a number, or a list that holds some."""
    listed = isinstance(value, Sequence) and not isinstance(value, Lazy)
    items = value.items if isinstance(value, Sequence) and listed else [value]
    return any(isinstance(one, Tensor) for one in items)


def _is_zero(machine: Machine, value: Value) -> bool:
    """Whether a value is a sum that has only begun."""
    if isinstance(value, Tensor):
        operation = operation_of(machine, value)
        if operation is None or operation.word not in BEGUN:
            return False
        first = operation.first
        return operation.word in ZEROS or (isinstance(first, Constant) and _no_more(first))
    return isinstance(value, Constant) and _no_more(value)


def _no_more(value: Constant) -> bool:
    number = isinstance(value.value, (int, float)) and not isinstance(value.value, bool)
    return value.known and number and value.value == 0


def rounds(machine: Machine, node: Loop, source: Value | None) -> Iterator[Sequence]:
    """The lists that a loop takes an element of in every round, as far as there are several."""
    by_place = (machine.eval(one) for one in _taken_by_place(node))
    for value in (*_gone_through(source), *by_place):
        listed = isinstance(value, Sequence) and not isinstance(value, Lazy)
        if isinstance(value, Sequence) and listed and value.kind not in UNORDERED and _several(value):
            yield value


def _gone_through(source: Value | None) -> Iterator[Value]:
    """What a loop takes an element of in every round: the parts of a `zip`, what `enumerate` counts."""
    match source:
        case Zip(parts=parts):
            sizes = [size for part in parts if (size := known_size(part)) is not None]
            for part in parts:
                yield from (_up_to(min(sizes, default=None), one) for one in _gone_through(part))
        case Lazy(over=Value() as counted):
            yield from _gone_through(counted)
        case Value():
            yield source


def _up_to(size: int | None, value: Value) -> Value:
    """What `zip` takes of a list, when its shortest is so long."""
    longer = isinstance(value, Sequence) and not isinstance(value, Lazy) and not value.many
    if isinstance(value, Sequence) and longer and size is not None and size < len(value.items):
        return Sequence(value.items[:size], kind=value.kind)
    return value


def _several(value: Sequence) -> bool:
    """Whether a list has more than one element, or as many as some number says that is not known."""
    return value.length > 1 if value.length is not None else not value.part


def _taken_by_place(node: Loop) -> Iterator[ast.expr]:
    """The lists that the body of a loop indexes by the loop's own number."""
    match node:
        case ast.For(iter=ast.Call(func=ast.Name(id="range")), target=ast.Name(id=place)):
            for inner in inside(node):
                match inner:
                    case ast.Subscript(value=ast.Name() | ast.Attribute() as one, slice=ast.Name(id=word)):
                        if word == place:
                            yield one


def _loads(node: ast.stmt, name: str) -> bool:
    return any(
        isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Load)
        for inner in inside(node)
    )


def _stored(node: Loop) -> list[str]:
    found = {
        inner.id: None
        for inner in inside(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }
    return list(found)


def loops_around(machine: Machine, node: ast.expr) -> tuple[ast.stmt, ...]:
    """The loops that a line stands in, outermost first; a caller's loop is not one that it can see."""
    first = machine.frame.function.node.lineno if machine.frame.function else 0
    return tuple(
        loop
        for loop in machine.here.loops
        if first <= loop.lineno <= node.lineno <= (loop.end_lineno or loop.lineno)
    )
