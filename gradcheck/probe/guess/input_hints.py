"""What the source of a method gives away about its inputs. Says nothing when in doubt."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from gradcheck.base.syntax import syntax_of


@dataclass(frozen=True)
class Hint:
    """How a parameter is taken apart: into named elements, by dict keys, or its shape into so many axes."""

    elements: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    rank: int | None = None


def words(text: str) -> frozenset[str]:
    """The words of a text, for tables of names."""
    return frozenset(text.split())


def hint(method: Callable[..., Any], parameter: str) -> Hint:
    """What `method` does first with `parameter`."""
    tree = source_of(method)
    if tree is None:
        return Hint()
    elements = next((names for names in _unpacked(tree, parameter)), ())
    keys = tuple(dict.fromkeys(_keys(tree, parameter)))
    return Hint(elements, keys, next(_ranks(tree, parameter), None))


def hint_of(root: Any, method: Callable[..., Any], parameter: str, depth: int = 3) -> Hint:
    """What a method, or the part of `root` that it hands a parameter to as it is, does first with it, or what
    their docstrings say of its shape."""
    found = hint(method, parameter)
    if found == Hint() and type(root).__module__.partition(".")[0] not in _LIBRARIES:
        found = Hint(rank=_told(parameter, method.__doc__, type(root).__doc__))
    part = getattr(root, _taker(method, parameter), None) if found == Hint() and depth else None
    inner = getattr(type(part), "call", None)
    wanted = parameters(inner) if inner is not None else []
    return hint_of(part, inner, wanted[0], depth - 1) if inner is not None and wanted else found


def _taker(method: Callable[..., Any], parameter: str) -> str:
    """The attribute of `self` that is called with nothing but a parameter."""
    for node in ast.walk(source_of(method) or ast.Module([], [])):
        match node:
            case ast.Call(ast.Attribute(ast.Name("self"), name), [ast.Name(given), *_]) if given == parameter:
                return name
    return ""


_LIBRARIES = frozenset({"keras", "tf_keras", "tensorflow", "tensorflow_probability"})
_SHAPE = re.compile(r"[(\[] *(?:batch|batch_size|bs|b|n|none)((?: *,[^,()\[\]]+)*),? *[)\]]", re.IGNORECASE)


def _told(parameter: str, *docstrings: str | None) -> int | None:
    """The number of axes that a docstring gives a parameter, or the input: `(batch, samples)`."""
    for line in (line for text in docstrings for line in (text or "").splitlines()):
        about = re.search(rf"\b({re.escape(parameter)}|inputs?)\b", line, re.IGNORECASE)
        shape = _SHAPE.search(line, about.end()) if about else None
        if shape and "..." not in shape[1]:
            return 1 + shape[1].count(",")
    return None


def parameters(method: Callable[..., Any]) -> list[str]:
    """The names of a bound-to-be method's required parameters, without `self`."""
    try:
        found = list(inspect.signature(method).parameters.values())[1:]
    except (TypeError, ValueError):
        return []
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [one.name for one in found if one.default is one.empty and one.kind in plain]


def names(code: CodeType) -> set[str]:
    """Every global, attribute and method name a function's code mentions, its inner functions' too."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= names(constant)
    return found


def source_of(method: Callable[..., Any]) -> ast.Module | None:
    """The syntax tree of a function or class; None where its source is not to be had."""
    try:
        return syntax_of(textwrap.dedent(inspect.getsource(method)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None


def _unpacked(tree: ast.AST, parameter: str) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is(node.value, parameter):
            yield from (names for target in node.targets if (names := _elements(target)))


def _elements(target: ast.expr) -> tuple[str, ...]:
    if not isinstance(target, ast.Tuple | ast.List):
        return ()
    return tuple(item.id if isinstance(item, ast.Name) else "" for item in target.elts)


def _keys(tree: ast.AST, parameter: str) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(ast.Name(name), ast.Constant(str(key))) if name == parameter:
                yield key


def _ranks(tree: ast.AST, parameter: str) -> Iterator[int]:
    """`b, t, d = x.shape` and `tf.shape(x)` name as many axes as there are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _shape_of(node.value, parameter):
            yield from (len(found) for target in node.targets if (found := _elements(target)))


def _shape_of(node: ast.expr, parameter: str) -> bool:
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute) and node.args:
        if _is(node.args[0], parameter) and (getattr(node.func, "attr", "") == "shape"):
            return True
        node = node.args[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return isinstance(node, ast.Attribute) and node.attr == "shape" and _is(node.value, parameter)


def _is(node: ast.expr, parameter: str) -> bool:
    return isinstance(node, ast.Name) and node.id == parameter
