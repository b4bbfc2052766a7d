"""Python values that a traced function reads, and that change when the function is traced already.

`tf.function` runs Python once, when it traces, and so does `fit` with a model's methods: what `self.warm` is
then is a constant of the graph. Setting it in a later round of a loop, or in a callback, changes nothing.
A value that the traced function counts up itself is what it was at the first count.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import NamedTuple

from gradcheck.facts.domain.inside import FUNCTIONS, parents
from gradcheck.facts.ownership.possible import Possible, Values
from gradcheck.facts.ownership.reading import called_name
from gradcheck.facts.ownership.traced_steps import Steps, steps_of
from gradcheck.facts.ownership.writes import Write, function_of, spelt, writes_in

LOOPS = (ast.For, ast.While)
EARLY = frozenset({"on_train_begin", "on_epoch_begin", "on_train_batch_begin", "on_batch_begin"})
"""Hooks that run before the first step, too."""
LATE = frozenset({"on_epoch_end", "on_train_batch_end", "on_batch_end"})


class Fixed(NamedTuple):
    """A place, what it is when functions are traced, and the line that gives it another value too late."""

    place: str
    values: Values
    late: ast.stmt | ast.expr
    steps: Steps
    counts: bool = False


class Timed(NamedTuple):
    """What a write does: the values that the place has by it when functions are traced, none where it runs
    later only; `again` when it also runs later, `counts` when the traced function runs it."""

    values: Values | None
    again: bool = True
    counts: bool = False


@lru_cache(maxsize=8)  # a tree is large: no more of them are kept than one file needs
def fixed_values(tree: ast.Module) -> tuple[Fixed, ...]:
    """Every such place of a module."""
    found = [
        _fixed(tree, steps, place, writes)
        for steps in steps_of(tree)
        for place, writes in writes_in(tree).items()
        if steps.reads(place) and place not in steps.handed
    ]
    return tuple(one for one in found if one is not None)


def _fixed(tree: ast.Module, steps: Steps, place: str, writes: list[Write]) -> Fixed | None:
    first = [one for one in writes if one.initial or _at_the_top(steps, one)]
    later = [one for one in writes if one not in first]
    values = _known(Possible(tree, {}), first) if later else None
    if not later or (first and values is None):
        return None
    timed = [_timed(tree, steps, one, values) for one in later]
    early = {one.values for one in timed if one is not None and one.values is not None}
    if None in timed or len(early) > 1:
        return None
    traced = early.pop() if early else values
    late = [write for write, one in zip(later, timed, strict=True) if one is not None and one.again]
    late = [one for one in late if traced is None or _changes(tree, one, traced)]
    if not traced or all(_is_of_another(tree, steps, place, one) for one in late):
        return None
    counts = any(one is not None and one.counts for one in timed)
    return Fixed(place, traced, late[0].node, steps, counts)


def _at_the_top(steps: Steps, write: Write) -> bool:
    """Whether a name of the module gets its first value there, before any step runs."""
    if write.function is not None or write.place.startswith("."):
        return False
    return write.node in steps.tree.body and write.node.lineno < steps.begin


def _known(possible: Possible, writes: list[Write]) -> Values | None:
    values = [possible.of(one.source) for one in writes]
    known = frozenset[object]().union(*(one for one in values if one is not None))
    return known if known and None not in values else None


def _changes(tree: ast.Module, write: Write, traced: Values) -> bool:
    """Whether a write may give another value than the one at the trace."""
    return Possible(tree, {}).of(write.source) != traced


def _is_of_another(tree: ast.Module, steps: Steps, place: str, write: Write) -> bool:
    """Whether a method writes an attribute of its own object, and what is traced reads that of another
    class's."""
    if _owner(write) != "self" or write.function is None:
        return False
    reads = [inner for one in steps.inside for inner in ast.walk(one) if spelt(inner) == place]
    own = [one for one in reads if isinstance(one, ast.Attribute) and ast.unparse(one.value) == "self"]
    mine = _class_of(tree, write.function)
    others = [_class_of(tree, one) for one in own]
    return len(own) == len(reads) and not any(_related(mine, one) for one in others)


def _class_of(tree: ast.Module, node: ast.AST) -> ast.ClassDef | None:
    found: ast.AST | None = node
    while found is not None and not isinstance(found, ast.ClassDef):
        found = _outer(tree, found)
    return found


def _related(one: ast.ClassDef | None, other: ast.ClassDef | None) -> bool:
    if one is None or other is None or one is other:
        return one is other
    return other.name in map(ast.unparse, one.bases) or one.name in map(ast.unparse, other.bases)


# -- when a write runs ------------------------------------------------------------------------------


def _timed(tree: ast.Module, steps: Steps, write: Write, values: Values | None) -> Timed | None:
    """What a write does; None where the function may see it, or nothing is known of it."""
    function = write.function
    name = _hook(tree, function)
    if name in LATE:
        return Timed(None)
    if name in EARLY:
        return _in_hook(tree, name, write, values)
    if function in steps.inside:
        return _counted(tree, write, values)
    loop = _loop_around(tree, write.node)
    if loop is not None and steps.runs(loop):
        return _in_loop(tree, steps, loop, write, values)
    if loop is None and _after_a_call(tree, steps, write):
        return Timed(None)
    return _through_a_setter(tree, steps, write, values)


def _hook(tree: ast.Module, function: ast.AST | None) -> str:
    """The name of the hook that a function is: a callback's method, or what a LambdaCallback is given."""
    name = getattr(function, "name", "")
    if name.startswith("on_") or function is None:
        return name
    words = (node for node in ast.walk(tree) if isinstance(node, ast.keyword))
    given = (one for one in words if one.value is function or (name and spelt(one.value) == name))
    return next((one.arg for one in given if one.arg and one.arg.startswith("on_")), "")


def _in_hook(tree: ast.Module, name: str, write: Write, values: Values | None) -> Timed | None:
    assert write.function is not None
    parameters = [one.arg for one in write.function.args.args if one.arg != "self"]
    given = {parameters[0]: frozenset({0})} if parameters and name != "on_train_begin" else {}
    if values is not None:
        given[write.place] = values
    return _first_round(tree, write, Possible(tree, given), again=name != "on_train_begin")


def _first_round(tree: ast.Module, write: Write, possible: Possible, *, again: bool = True) -> Timed | None:
    """What a write does that stands before the first step: nothing, where a condition keeps it for later."""
    runs = _runs(tree, write.node, possible)
    if runs is None or (not runs and not again):
        return None
    found = possible.of(write.value) if runs else None
    return None if runs and found is None else Timed(found, again)


def _runs(tree: ast.Module, node: ast.AST, possible: Possible) -> bool | None:
    """Whether the conditions around a place hold, within its function and its loop."""
    above, runs = parents(tree), True
    while (outer := above.get(node)) is not None and not isinstance(outer, (*FUNCTIONS, *LOOPS)):
        if isinstance(outer, ast.If) and node is not outer.test:
            truth = possible.truth(outer.test)
            if truth is None:
                return None
            runs = runs and truth == any(node is one for one in outer.body)
        node = outer
    return runs


def _counted(tree: ast.Module, write: Write, values: Values | None) -> Timed | None:
    """A count that the traced function keeps itself: it is traced once, or twice where it makes variables the
    first time."""
    start = Possible(tree, {write.place: values or frozenset()})
    if values is not None and start.of(write.source) == values:
        return Timed(None, again=False)
    outer = _outer(tree, write.node)
    while isinstance(outer, ast.With):
        outer = _outer(tree, outer)
    if isinstance(outer, FUNCTIONS) and (once := start.of(write.value)):
        twice = Possible(tree, {write.place: once}).of(write.value)
        return Timed(once | twice, counts=True) if twice else None
    return None


def _outer(tree: ast.Module, node: ast.AST) -> ast.AST | None:
    return parents(tree).get(node)


def _loop_around(tree: ast.Module, node: ast.AST) -> ast.For | ast.While | None:
    """The innermost loop around a place, in its own function."""
    found = _outer(tree, node)
    while found is not None and not isinstance(found, (*LOOPS, *FUNCTIONS, ast.ClassDef)):
        found = _outer(tree, found)
    return found if isinstance(found, LOOPS) else None


def _in_loop(
    tree: ast.Module, steps: Steps, loop: ast.For | ast.While, write: Write, values: Values | None
) -> Timed | None:
    """A write in a loop that runs the step: before it in each round, or behind it."""
    calls = [steps.runs(one) for one in loop.body]
    inside = [any(inner is write.node for inner in ast.walk(one)) for one in loop.body]
    if True not in calls or True not in inside or steps.begins_again(loop):
        return None
    if calls.index(True) < inside.index(True):
        return Timed(None)
    given = {} if values is None else {write.place: values}
    match loop:
        case ast.For(target=ast.Name(id=counter), iter=ast.Call(args=args)) if (
            called_name(loop.iter) == "range"
        ):
            given[counter] = (Possible(tree, {}).of(args[0]) if len(args) > 1 else None) or frozenset({0})
    return _first_round(tree, write, Possible(tree, given))


def _after_a_call(tree: ast.Module, steps: Steps, write: Write) -> bool:
    """Whether a statement stands between two that run the step for the same object, and nothing makes the
    step new between them."""
    node = write.node
    outer = _outer(tree, node)
    if isinstance(outer, ast.Expr):
        node, outer = outer, _outer(tree, outer)
    body = getattr(outer, "body", [])
    if not isinstance(outer, (ast.Module, *FUNCTIONS)) or not isinstance(body, list) or node not in body:
        return False
    place, owner = body.index(node), _owner(write)
    runs = [steps.runs(one) and not isinstance(one, ast.If) and _names(one, owner) for one in body]
    before = [at for at in range(place) if runs[at]]
    after = [at for at in range(place, len(body)) if runs[at]]
    between = body[before[-1] + 1 : after[0] + 1] if before and after else []
    return bool(between) and not any(map(steps.begins_again, between))


def _owner(write: Write) -> str:
    """The source of whose attribute is written; nothing for a name."""
    match write.node:
        case (
            ast.Assign(targets=[ast.Attribute(value=owner)])
            | ast.AugAssign(target=ast.Attribute(value=owner))
        ):
            return ast.unparse(owner)
        case ast.Call(args=[owner, *_]):
            return ast.unparse(owner)
    return ""


def _names(node: ast.AST, owner: str) -> bool:
    return not owner or any(
        ast.unparse(one) == owner for one in ast.walk(node) if isinstance(one, (ast.Name, ast.Attribute))
    )


def _through_a_setter(tree: ast.Module, steps: Steps, write: Write, values: Values | None) -> Timed | None:
    """A write in a method that does nothing else, by the one call of that method."""
    function = write.function
    if not isinstance(function, ast.FunctionDef) or [*function.body][-1:] != [write.node]:
        return None
    calls = [node for node in ast.walk(tree) if called_name(node) == function.name]
    if len(calls) != 1 or function_of(tree, calls[0]) is function:
        return None
    call = calls[0]
    assert isinstance(call, ast.Call)
    value = call.args[0] if spelt(write.value or ast.Pass()) and call.args else write.value
    return _timed(tree, steps, Write(write.place, value, call, function_of(tree, call)), values)
