"""Functions that `functools.singledispatch` chooses from by the type of what they are given first."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.values import Function, Instance, Layer, Value, plain
from gradcheck.facts.interpreter.machine import Machine

DISPATCHERS = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
_PLAIN = {str: "str", int: "int", float: "float", bool: "bool"}


def registered(machine: Machine, node: ast.expr) -> list[Function] | None:
    """Where `@dispatcher.register` or `@dispatcher.register(type)` puts a function; None for any other
    decorator."""
    called = node.func if isinstance(node, ast.Call) else node
    if not isinstance(called, ast.Attribute) or called.attr != "register":
        return None
    owner = machine.eval(called.value)
    dispatches = isinstance(owner, Function) and not DISPATCHERS.isdisjoint(owner.decorators)
    return owner.variants if dispatches and isinstance(owner, Function) else None


def fitting(function: Function, arguments: Arguments) -> list[Function]:
    """The variants that the first argument may choose."""
    first = arguments.positional[0][1] if arguments.positional else None
    word = _PLAIN.get(type(plain(first)))
    found = [one for one in function.variants if _takes(one, first, word)]
    return found or function.variants


def _takes(variant: Function, first: Value | None, word: str | None) -> bool:
    named = _first_type(variant)
    if word is not None:
        return named == word
    return not (isinstance(first, (Layer, Instance)) and named in (*_PLAIN.values(), "type"))


def _first_type(variant: Function) -> str:
    """The type by which a variant was registered: its first parameter says, or the decorator does."""
    node = variant.node
    parameters = [one for one in (*node.args.posonlyargs, *node.args.args) if one.arg != "self"]
    if parameters and parameters[0].annotation is not None:
        return ast.unparse(parameters[0].annotation)
    given = [
        one.args[0] for one in getattr(node, "decorator_list", ()) if isinstance(one, ast.Call) and one.args
    ]
    return ast.unparse(given[0]) if given else ""
