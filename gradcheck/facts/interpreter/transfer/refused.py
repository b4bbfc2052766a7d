"""Calls that a layer refuses, since its `call` takes no such argument, in a `try` that goes on without it."""

from __future__ import annotations

import ast

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.inside import inside
from gradcheck.facts.domain.values import Instance, Layer, Value
from gradcheck.facts.interpreter.log import Refused
from gradcheck.facts.interpreter.machine import Machine

_CATCHING = frozenset({"TypeError", "Exception", "BaseException"})
_OF_KERAS = frozenset({"training", "mask"})
"""Arguments that Keras keeps from a `call` that does not take them."""
_OF_ONE = frozenset(
    {"keras.layers.Dense", "keras.layers.Embedding", "keras.layers.Conv1D", "keras.layers.Conv2D"}
)
"""Layers of Keras that take one argument."""
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return)
_MAYBE = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp)


def refused(machine: Machine, node: ast.Try) -> tuple[list[ast.stmt], list[ast.stmt]] | None:
    """What runs of a `try` whose body surely calls a layer with an argument that it does not take: its body
    up to there, and the handler that catches the error."""
    handler = next((one for one in node.handlers if _catches(one)), None)
    if handler is None or isinstance(handler.body[-1], ast.Raise):
        return None
    for place, statement in enumerate(node.body):
        if not isinstance(statement, _SIMPLE):
            return None
        if (found := _refused(machine, node, statement)) is not None:
            machine.log.refused.append(found)
            return node.body[:place], handler.body
    return None


def _catches(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(one is None or (isinstance(one, ast.Name) and one.id in _CATCHING) for one in caught)


def _refused(machine: Machine, node: ast.Try, statement: ast.stmt) -> Refused | None:
    """The first call in a statement that its layer refuses."""
    if any(isinstance(part, _MAYBE) for part in inside(statement)):
        return None
    for call in inside(statement):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self")) as function):
                layer = machine.eval(function)
            case ast.Call(func=ast.Name(id=name) as function) if not _is_stored(node, name):
                layer = machine.eval(function)
            case _:
                continue
        assert isinstance(call, ast.Call)
        if isinstance(layer, (Instance, Layer)) and _is_refused(layer, call):
            return Refused(machine.site(call), layer)
    return None


def _is_stored(node: ast.Try, name: str) -> bool:
    names = (part for part in inside(node) if isinstance(part, ast.Name) and part.id == name)
    return any(not isinstance(part.ctx, ast.Load) for part in names)


def _is_refused(layer: Value, call: ast.Call) -> bool:
    """Whether a layer surely does not take a keyword of a call."""
    words = [word.arg for word in call.keywords if word.arg is not None]
    taken = _parameters(layer)
    if taken is None or len(words) < len(call.keywords):
        return False
    return any(word not in taken | _OF_KERAS for word in words)


def _parameters(layer: Value) -> set[str] | None:
    """What a layer can be called with, where that is known."""
    if isinstance(layer, Layer):
        return {"inputs"} if layer.name in _OF_ONE else None
    if not isinstance(layer, Instance) or layer.model.open or layer.model.method("__call__"):
        return None
    method = layer.model.method("call")
    if method is None or method.decorators or method.node.args.kwarg or not layer.model.callable_layer:
        return None
    return {one.arg for one in parameters(method.node.args)}
