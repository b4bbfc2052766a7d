"""What the text of a module reads and drops: the certainty that an abstract run alone cannot give."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.lazy import dataclass

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Scope = FunctionNode | ast.Lambda | ast.Module
SWEEPING = frozenset(
    {
        "__dict__",
        "weights",
        "variables",
        "trainable_weights",
        "trainable_variables",
        "layers",
        "_layers",
        "submodules",
        "_flatten_layers",
    }
)
"""Attributes of `self` through which a class reaches all it has without naming it."""

Place = tuple[int, int]


@dataclass(frozen=True)
class Reads:
    """The attributes a module reads, those read outside of `build`, and the words it may look them up by."""

    attributes: frozenset[str]
    later: frozenset[str]
    words: frozenset[str]


def reads_of(tree: ast.Module) -> Reads:
    """What a module reads by name. A layer whose `build` is all that is ever called is not read."""
    nodes = list(ast.walk(tree))
    built = {id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr == "build"}
    labels = {id(word.value) for word in nodes if isinstance(word, ast.keyword) and word.arg == "name"}
    builders = (node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == "build")
    early = {id(inner) for node in builders for inner in ast.walk(node)}
    read = [
        node
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in built
    ]
    strings = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in labels)
    return Reads(
        frozenset(node.attr for node in read),
        frozenset(node.attr for node in read if id(node) not in early),
        frozenset(node.value for node in strings if isinstance(node.value, str)),
    )


def sweeps(node: ast.AST) -> bool:
    """Whether a class reaches its attributes without naming them: by `getattr`, or all of `self.weights`."""
    for inner in ast.walk(node):
        match inner:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in SWEEPING:
                return True
            case ast.Call(func=ast.Name(id="getattr"), args=[_, key, *_]) if not isinstance(
                key, ast.Constant
            ):
                return True
            case ast.Call(func=ast.Name(id="vars" | "locals" | "dir")):
                return True
    return False


# -- values that lead nowhere ---------------------------------------------------


def dead_values(function: Scope) -> Iterator[ast.expr]:
    """What is given a local name and dropped: nothing reads the name before it is overwritten."""
    if sweeps(function):
        return
    shared = {
        name
        for node in ast.walk(function)
        if isinstance(node, (ast.Global, ast.Nonlocal))
        for name in node.names
    }
    for body in _bodies(function):
        for index, statement in enumerate(body):
            name = _name(statement)
            if name is None or name in shared or name.startswith(("_", "unused", "dummy")):
                continue
            if not _read_again(function, body, index, name):
                assert isinstance(statement, ast.Assign)
                yield statement.value


def discarded(function: Scope) -> Iterator[ast.expr]:
    """Calls that are statements of their own."""
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield node.value


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists of a function that run in the order they stand: no loop's, no inner function's."""
    for field in ("body", "orelse", "finalbody"):
        body = getattr(node, field, None)
        if isinstance(body, list) and body:
            yield body
            for statement in body:
                if isinstance(statement, (ast.If, ast.With, ast.Try)):
                    yield from _bodies(statement)


def _name(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return None


def _read_again(function: Scope, body: list[ast.stmt], index: int, name: str) -> bool:
    start = _end(body[index])
    stop = next((_end(other) for other in body[index + 1 :] if _name(other) == name), None)
    reads = list(_reads(function, name))
    # A closure or a later round of a loop reads whenever it runs.
    whenever = [node for node in ast.walk(function) if isinstance(node, _LATER) and node is not function]
    if any(node in ast.walk(scope) for scope in whenever for node in reads):
        return True
    places = [(node.lineno, node.col_offset) for node in reads]
    return any(start <= place and (stop is None or place < stop) for place in places)


def _reads(function: Scope, name: str) -> Iterator[ast.Name]:
    """Where a scope, or one inside it, reads a name of this scope."""
    own = {
        id(inner)
        for scope in ast.walk(function)
        if scope is not function and _means(scope, name)
        for inner in ast.walk(scope)
    }
    names = (node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name)
    for node in names:
        if isinstance(node.ctx, (ast.Load, ast.Del)) and id(node) not in own:
            yield node


def _means(scope: ast.AST, name: str) -> bool:
    """Whether an inner function means something of its own by a name."""
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return False
    taken = {argument.arg for argument in ast.walk(scope) if isinstance(argument, ast.arg)}
    stored = (
        node for node in ast.walk(scope) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    return name in taken or any(node.id == name for node in stored)


_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.For, ast.While)


def _end(statement: ast.stmt) -> Place:
    return statement.end_lineno or statement.lineno, statement.end_col_offset or 0
