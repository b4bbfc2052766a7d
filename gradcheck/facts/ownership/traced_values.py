"""Python values that a traced function reads, and that a program changes when the function is traced already.

`tf.function` runs Python once, when it traces: what `self.warm` is then is a constant of the graph. Setting
it in a later round of the loop that calls the function changes nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from gradcheck.facts.domain.inside import parents
from gradcheck.facts.ownership.reading import called_name

LOOPS = (ast.For, ast.While)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
AGAIN = frozenset({"run_functions_eagerly", "run_eagerly", "make_train_function", "get_concrete_function"})
"""What makes TensorFlow run the Python code again, or may do so."""


class Fixed(NamedTuple):
    """An attribute that is off when functions are traced, and the line that sets it too late."""

    name: str
    late: ast.stmt
    functions: frozenset[ast.AST]


def fixed_values(tree: ast.Module) -> Iterator[Fixed]:
    """Every such attribute of the classes of a module."""
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)] if not names & AGAIN else []
    for node in classes:
        methods = [one for one in node.body if isinstance(one, FUNCTIONS)]
        traced = {one.name for one in methods if any(map(_traces, one.decorator_list))}
        reaching = _reaching(tree, traced) if traced else set()
        for name in _off(methods) if traced else ():
            late = _too_late(tree, name, reaching)
            if late is not None:
                yield Fixed(name, late, frozenset(one for one in methods if one.name != "__init__"))


def _traces(decorator: ast.expr) -> bool:
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(name) in ("tf.function", "tensorflow.function")


def _off(methods: list[ast.FunctionDef | ast.AsyncFunctionDef]) -> list[str]:
    """The attributes that the constructor sets to False, None or zero, and no other way."""
    found: dict[str, list[ast.expr]] = {}
    for method in methods:
        for place, value in _writes(method) if method.name == "__init__" else ():
            found.setdefault(place.attr, []).append(value)
    return [name for name, values in found.items() if all(map(_is_off, values))]


def _is_off(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and not value.value and not isinstance(value.value, (str, bytes))


def _writes(node: ast.AST) -> Iterator[tuple[ast.Attribute, ast.expr]]:
    for one in ast.walk(node):
        if isinstance(one, ast.Assign):
            yield from ((place, one.value) for place in one.targets if isinstance(place, ast.Attribute))


def _reaching(tree: ast.Module, names: set[str]) -> set[str]:
    """The functions of a module that call one of some functions, or one that does, by their names."""
    calls = {
        node.name: {called_name(inner) for inner in ast.walk(node)}
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS)
    }
    found, before = set(names), set[str]()
    while found != before:
        before = set(found)
        found |= {name for name, called in calls.items() if called & found}
    return found


def _too_late(tree: ast.Module, name: str, reaching: set[str]) -> ast.stmt | None:
    """The only statement that sets an attribute after the constructor, if it does so when a loop has called
    the function before; None where the function may see it.
    """
    written = [
        one
        for one in ast.walk(tree)
        if isinstance(one, (ast.Assign, ast.AugAssign, ast.AnnAssign))
        and any(_is_place(place, name) for place in _targets(one))
    ]
    late = [one for one in written if not (isinstance(one, ast.Assign) and _is_off(one.value))]
    handed = any(_hands(node, name, reaching) for node in ast.walk(tree))
    if len(late) != 1 or handed:
        return None
    loop = _loop_around(tree, late[0])
    return late[0] if loop is not None and _behind(tree, loop, late[0], reaching) else None


def _targets(statement: ast.Assign | ast.AugAssign | ast.AnnAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _is_place(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name


def _hands(node: ast.AST, name: str, reaching: set[str]) -> bool:
    """Whether a call hands the value on: for another argument a function is traced anew."""
    if not isinstance(node, ast.Call) or called_name(node) not in reaching:
        return False
    given = [*node.args, *(word.value for word in node.keywords)]
    return any(_is_place(inner, name) for one in given for inner in ast.walk(one))


def _loop_around(tree: ast.Module, statement: ast.stmt) -> ast.For | ast.While | None:
    """The innermost loop around a statement, in its own function."""
    above = parents(tree)
    node = above.get(statement)
    while node is not None and not isinstance(node, (*LOOPS, *FUNCTIONS, ast.ClassDef)):
        node = above.get(node)
    return node if isinstance(node, LOOPS) else None


def _behind(tree: ast.Module, loop: ast.For | ast.While, statement: ast.stmt, reaching: set[str]) -> bool:
    """Whether a loop calls the function in a round in which the statement has not run yet."""
    calls = [any(called_name(node) in reaching for node in ast.walk(one)) for one in loop.body]
    inside = [any(inner is statement for inner in ast.walk(one)) for one in loop.body]
    if True not in calls or True not in inside:
        return False
    place = inside.index(True)
    if calls.index(True) < place:
        return True
    return True in calls[place + 1 :] and _waits(tree, loop, loop.body[place], statement)


def _waits(tree: ast.Module, loop: ast.For | ast.While, branch: ast.stmt, statement: ast.stmt) -> bool:
    """Whether a statement waits for a round that is not the first: `if epoch == 3`."""
    if not isinstance(branch, ast.If) or not any(statement is one for one in branch.body):
        return False
    match branch.test, loop:
        case (
            ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.GtE() | ast.Gt()], comparators=[bound]),
            ast.For(target=ast.Name(id=counter), iter=ast.Call(func=ast.Name(id="range"), args=args)),
        ):
            start = _number(tree, args[0]) if len(args) > 1 else 0
            first = _number(tree, bound)
            return name == counter and start is not None and first is not None and first > start
    return False


def _number(tree: ast.Module, value: ast.expr, depth: int = 3) -> int | None:
    """The least whole number that a value may be, by what is assigned to its name and by its default."""
    match value:
        case ast.Constant(value=int(known)):
            return known
        case ast.Name() | ast.Attribute() if depth:
            found = [_number(tree, one, depth - 1) for one in _given(tree, value)]
            return min((one for one in found if one is not None), default=None) if None not in found else None
    return None


def _given(tree: ast.Module, place: ast.Name | ast.Attribute) -> Iterator[ast.expr]:
    """What an attribute is set to; of a name, also what a parameter of that name may be."""
    name = place.attr if isinstance(place, ast.Attribute) else place.id
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield from (node.value for one in node.targets if _is_alike(one, place, name))
        elif isinstance(node, ast.arguments) and isinstance(place, ast.Name):
            positional = [*node.posonlyargs, *node.args]
            defaults = zip(positional[len(positional) - len(node.defaults) :], node.defaults, strict=True)
            yield from (value for argument, value in defaults if argument.arg == name)
        elif isinstance(node, ast.keyword) and node.arg == name and isinstance(place, ast.Name):
            yield node.value


def _is_alike(target: ast.expr, place: ast.Name | ast.Attribute, name: str) -> bool:
    if isinstance(place, ast.Attribute):
        return _is_place(target, name)
    return isinstance(target, ast.Name) and target.id == name
