"""Which variables that do not train keep the value that they start with?

Those to which nothing writes that could run: a method that writes to one and that nobody names is no writer.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from functools import lru_cache

from gradcheck.facts.domain.graph import Site
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
    skipped = set(_skipped(machine))
    places = {
        place
        for module in _modules(machine)
        for place, function in _writers(module.tree)
        if _may_run(function, machine, skipped)
    }
    return {
        one.node
        for one in births
        if not meant(one, written) and places.isdisjoint((last_word(one.label), ""))
    }


def _modules(machine: Machine) -> list[Module]:
    return [machine.frame.module, *machine.log.modules]


@lru_cache(maxsize=64)
def _writers(tree: ast.Module) -> list[tuple[str, ast.AST | None]]:
    """What is written to, if it is an attribute, and the function that does."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(place, function_of(tree, node)) for node in calls for place in _written(node)]


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


def _may_run(function: ast.AST | None, machine: Machine, skipped: Container[ast.AST]) -> bool:
    """Whether a function is named anywhere, or is one that Keras calls; the code of a module always runs."""
    name = getattr(function, "name", "")
    called = name.startswith(("on_", "_")) or name in CALLED_BY_KERAS
    if function is None or not name or called:
        return True
    named = [one for module in _modules(machine) for one in _named(module.tree).get(name, ())]
    return any(one not in skipped and _may_mean(one, function, machine) for one in named)


def _may_mean(named: ast.AST, function: ast.AST, machine: Machine) -> bool:
    """Whether a name may stand for a function: not where it is a method of other objects."""
    owner = next((one for one in machine.log.classes if function in one.node.body), None)
    if not isinstance(named, ast.Attribute) or owner is None:
        return True
    seen = machine.log.readers.get(named)
    return seen is None or 0 in seen or id(owner.node) in seen


def passed_by(machine: Machine, birth: Birth) -> Site | None:
    """The test of a layer's class behind which a method is called that writes to a variable, where nothing
    goes that way."""
    skipped = {node: site for node, site in _skipped(machine).items() if _asks_for_class(site.node)}
    for module in _modules(machine):
        for place, function in _writers(module.tree):
            name = getattr(function, "name", "") if place == last_word(birth.label) else ""
            named = (one for each in _modules(machine) for one in _named(each.tree).get(name, ()))
            if found := [skipped[one] for one in named if one in skipped]:
                return found[0]
    return None


def _asks_for_class(test: ast.AST) -> bool:
    return any(called_name(node) == "isinstance" for node in ast.walk(test))


def _skipped(machine: Machine) -> dict[ast.AST, Site]:
    """What stands in arms that a program never runs, as it is set up, each with the test before it."""
    tests = {arm: one.site for one in machine.log.not_taken if not one.trains for arm in one.arm}
    inner = ((part, site) for arm, site in tests.items() for part in ast.walk(arm))
    return {part: site for part, site in inner if part not in machine.log.readers}


@lru_cache(maxsize=64)
def _named(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """The places that name something: a variable, an attribute, a text that may be looked up."""
    found: dict[str, list[ast.AST]] = {}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else spelt(node).lstrip(".")
        if isinstance(text, str) and text:
            found.setdefault(text, []).append(node)
    return found
