"""The public names of what Keras' own files define: another file of Keras means those by them."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.classes import OTHER, kind_of_library
from gradcheck.facts.domain.values import External, Value
from gradcheck.facts.effects.row import effect
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.source.names import canonical

EXPORT = frozenset({"keras_export", "tf_keras_export"})


def by_public_name(
    machine: Machine, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, value: Value
) -> Value:
    """What a definition binds its name to: the public name that `keras_export` gives it, where another file
    than the one that is looked at defines it and that name is known."""
    if machine.frame.module is machine.home or not node.decorator_list:
        return value
    for decorator in node.decorator_list:
        name = canonical(_exported(decorator))
        if effect(name) is not None or (isinstance(node, ast.ClassDef) and _is_class(name)):
            return External(name)
    return value


def _is_class(name: str) -> bool:
    return name.startswith("keras.") and kind_of_library(name) != OTHER


def _exported(node: ast.expr) -> str:
    """The first name that a decorator exports under, as Keras and TensorFlow write it."""
    match node:
        case ast.Call(func=ast.Name(id=word), args=[first, *_]) if word in EXPORT:
            names = first.elts if isinstance(first, (ast.List, ast.Tuple)) else [first]
            return next((str(one.value) for one in names if isinstance(one, ast.Constant)), "")
    return ""
