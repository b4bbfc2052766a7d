"""Which variables that do not train keep the value that they start with?

Those to which nothing writes that could run: a method that writes to one and that nobody names is no writer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from gradcheck.facts.domain.keras_names import KERAS_METHODS
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.domain.wording import last_word
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import handed_over, meant
from gradcheck.facts.ownership.reading import called_name
from gradcheck.facts.ownership.writes import function_of, spelt
from gradcheck.source.parse import Module

CALLED_BY_KERAS = KERAS_METHODS | {"train_step", "test_step", "predict_step", "metrics"}
WRITING = ("assign", "scatter_")


def stay_unset(machine: Machine) -> set[int]:
    """The nodes of these variables, in a program that trains; in another, its user may write to any."""
    births = [one for one in machine.log.births if one.trainable is False]
    if not births or not any(query.in_training for query in machine.log.queries):
        return set()
    written = machine.log.assigned | handed_over(machine)
    modules = [machine.frame.module, *machine.log.modules]
    return {one.node for one in births if not meant(one, written) and not _is_named_by_writer(one, modules)}


def _is_named_by_writer(birth: Birth, modules: list[Module]) -> bool:
    """Whether code that may run writes to what is called like this variable, or to what has no such name."""
    return any(
        place in (last_word(birth.label), "") and _may_run(function, modules)
        for module in modules
        for place, function in _writers(module.tree)
    )


@lru_cache(maxsize=64)
def _writers(tree: ast.Module) -> list[tuple[str, str]]:
    """What is written to, if it is an attribute, and the function that does."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(place, _name(tree, node)) for node in calls for place in _written(node)]


def _written(call: ast.Call) -> Iterator[str]:
    """`self.noise.assign(x)`, `self.noise[0].assign(x)`, `K.set_value(layer.noise, x)`."""
    name = called_name(call)
    if name.startswith(WRITING) and isinstance(call.func, ast.Attribute):
        yield _attribute(call.func.value)
    if name.startswith((*WRITING, "set_value")) or name == "update":
        yield from (one.attr for one in call.args[:1] if isinstance(one, ast.Attribute))


def _attribute(target: ast.expr) -> str:
    """The attribute that is meant, if one is."""
    inner = target.value if isinstance(target, ast.Subscript) else target
    return inner.attr if isinstance(inner, ast.Attribute) else ""


def _name(tree: ast.Module, node: ast.AST) -> str:
    return getattr(function_of(tree, node), "name", "")


def _may_run(function: str, modules: list[Module]) -> bool:
    """Whether a function is named anywhere, or is one that Keras calls; the code of a module always runs."""
    called = function.startswith(("on_", "_")) or function in CALLED_BY_KERAS
    return not function or called or any(function in _names(module.tree) for module in modules)


@lru_cache(maxsize=64)
def _names(tree: ast.Module) -> frozenset[str]:
    found = {spelt(node).lstrip(".") for node in ast.walk(tree)}
    strings = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(found | {one for one in strings if isinstance(one, str)})
