"""Optimizers that a program makes and never uses: its text reads them for their settings, at most."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

SETTINGS = frozenset(
    {"build", "get_config", "iterations", "learning_rate", "lr", "name", "variables", "weights"}
)
"""What of an optimizer may be read without using it."""


@lru_cache(maxsize=8)
def idle_optimizer(tree: ast.Module) -> bool:
    """Whether an optimizer is given a name that nothing uses."""
    made = {_word(target) for target in _made(tree)}
    return bool(made) and any(word is not None and not _is_used(tree, word) for word in made)


def _made(tree: ast.Module) -> Iterator[ast.expr]:
    """The names that optimizers are given."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[(ast.Name() | ast.Attribute()) as target], value=ast.Call(func=made)):
                if "optimizers." in ast.unparse(made):
                    yield target


def _word(node: ast.AST | None) -> str | None:
    match node:
        case ast.Name(id=word) | ast.Attribute(value=ast.Name(id="self"), attr=word):
            return word
    return None


def _is_used(tree: ast.Module, word: str) -> bool:
    """Whether something is done with what bears a name, be it that a function is handed it and reads it."""
    idle = _idle_reads(tree)
    loads = Counter(_word(node) for node in _loads(tree))
    words = any(isinstance(node, ast.Constant) and node.value == word for node in ast.walk(tree))
    return words or loads[word] > idle[word]


def _loads(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            yield node


@lru_cache(maxsize=8)
def _idle_reads(tree: ast.Module) -> Counter[str | None]:
    """How often each name is read for a setting, or handed to a function that never reads that parameter."""
    found: Counter[str | None] = Counter()
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=(ast.Name() | ast.Attribute()) as inner, attr=attr) if attr in SETTINGS:
                found[_word(inner)] += 1
            case ast.Call(func=ast.Name(id=name), args=given) if name in functions:
                taken = [one.arg for one in functions[name].args.args]
                handed = [*zip(taken, given, strict=False), *((one.arg, one.value) for one in node.keywords)]
                found.update(_word(one) for at, one in handed if at and not _reads(functions[name], at))
    return found


def _reads(function: ast.FunctionDef, parameter: str) -> bool:
    """Whether the body of a function reads a parameter, for more than a setting."""
    loads = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == parameter]
    settings = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr in SETTINGS and node.value in loads
    ]
    return len(settings) < len([one for one in loads if isinstance(one.ctx, ast.Load)])
