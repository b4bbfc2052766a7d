"""What `import` brings into scope: a module of the project, or a library under its canonical name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradcheck.facts.domain.classes import LAYER, OTHER, kind_of_library
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.keras_names import MODELS
from gradcheck.facts.domain.values import (
    Choice,
    ClassRef,
    Deferred,
    External,
    Function,
    Mapping,
    Opaque,
    Sequence,
    Value,
    used,
)
from gradcheck.facts.effects.row import effect, is_library
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.layers import is_layer
from gradcheck.facts.interpreter.transfer.made_names import made_name
from gradcheck.report.fate import Reason
from gradcheck.source.names import canonical

if TYPE_CHECKING:
    from gradcheck.source.parse import Module


def import_(machine: Machine, node: ast.Import) -> None:
    for alias in node.names:
        dotted = alias.name if alias.asname else alias.name.partition(".")[0]
        machine.scope.bind(alias.asname or dotted, _deferred(machine, dotted, 0))


def import_from(machine: Machine, node: ast.ImportFrom) -> None:
    for alias in node.names:
        if alias.name == "*":
            _import_star(machine, node)
        else:
            machine.scope.bind(alias.asname or alias.name, _named(machine, node, alias.name))


def _deferred(machine: Machine, dotted: str, level: int) -> Value:
    """A library under its name, or a module of the project when somebody uses it."""
    if not level and is_library(canonical(dotted)):
        return External(canonical(dotted))
    origin = machine.frame.module
    return Deferred(lambda: _module(machine, dotted, level, origin))


def _named(machine: Machine, node: ast.ImportFrom, name: str) -> Value:
    dotted, origin = node.module or "", machine.frame.module
    if not node.level and is_library(canonical(dotted)):
        found = External(canonical(f"{dotted}.{name}"))
        own = machine.frame.outer is None and origin is machine.home and belongs_to(dotted, origin)
        return _own(machine, node, name, found) if own else found
    return Deferred(lambda: _imported(machine, node, name, origin))


def belongs_to(dotted: str, origin: Module) -> bool:
    """Whether a module is in the same package as the file that imports it: a library reads itself."""
    return f"/{dotted.partition('.')[0]}/" in f"/{origin.path}"


def _own(machine: Machine, node: ast.ImportFrom, name: str, found: External) -> Value:
    """What a library's own file imports of it: by its known name, else by its source."""
    origin = machine.frame.module
    if _is_known(found.name):
        return found

    def read() -> Value:
        value = _imported(machine, node, name, origin)
        return value if isinstance(value, (Mapping, Function, ClassRef)) else found

    return Deferred(read)


def _is_known(name: str) -> bool:
    return name in PARTS or effect(name) is not None or kind_of_library(name) not in (LAYER, OTHER)


def _imported(machine: Machine, node: ast.ImportFrom, name: str, origin: Module) -> Value:
    module = _module(machine, node.module or "", node.level, origin)
    inner = ".".join(part for part in (node.module, name) if part)
    if isinstance(module, Mapping):
        entry = module.entries.get(name)
        # A name that is being imported from its own package is the file inside.
        if entry is not None and not (isinstance(entry, Deferred) and entry.busy):
            return entry
        if (brought := from_star(module.entries, name)) is not None:
            return brought
        found = _module(machine, inner, node.level, origin) if inner != name or node.level else None
        if found is None or isinstance(found, Opaque):
            found = made_name(machine, module, name)
        return found or Opaque(label=name, reason=Reason.IMPORT)
    if isinstance(module, External):
        deeper = machine.resolve(inner, node.level, origin)
        return deeper or External(canonical(f"{module.name}.{name}"))
    found = _module(machine, inner, node.level, origin)
    return found if isinstance(found, Mapping) else Opaque(label=name, reason=Reason.IMPORT)


def _import_star(machine: Machine, node: ast.ImportFrom) -> None:
    module = _module(machine, node.module or "", node.level, machine.frame.module)
    if isinstance(module, Mapping):
        for name, value in module.entries.items():
            if not name.startswith("_"):
                machine.scope.bind(name, value)
    elif isinstance(module, External) and is_library(module.name):
        earlier = machine.scope.names.get(STAR)
        stars = earlier.items if isinstance(earlier, Sequence) else []
        machine.scope.bind(STAR, Sequence([*stars, module]))


def from_star(names: dict[str, Value], name: str) -> External | None:
    """What a name is that a library's `import *` may have brought: one that the library is known to have."""
    libraries = [one.name for one in flatten(names.get(STAR)) if isinstance(one, External)]
    found = [canonical(f"{library}.{name}") for library in libraries]
    known = (one for one in found if effect(one) is not None or one in PARTS or one in MODELS)
    best = next(known, None) or next(filter(is_layer, found), None)
    return External(best) if best is not None else None


def _module(machine: Machine, dotted: str, level: int, origin: Module) -> Value:
    """A module of the project as a namespace, or a library under its canonical name."""
    found = machine.resolve(dotted, level, origin)
    if found is not None:
        return found
    return Opaque(reason=Reason.IMPORT) if level else External(canonical(dotted))


STAR = "*"
"""The name under which a scope keeps the libraries of which it imports everything."""

PARTS = frozenset({"tfp.util"}) | frozenset(
    f"keras.{name}"
    for name in (
        "activations",
        "backend",
        "callbacks",
        "constraints",
        "initializers",
        "layers",
        "layers.Input",
        "losses",
        "metrics",
        "models",
        "ops",
        "optimizers",
        "random",
        "regularizers",
        "saving",
        "utils",
        "Model",
        "Sequential",
        "Input",
        "Layer",
        "Variable",
    )
)


def prefer_known(names: dict[str, Value], bodies: list[list[ast.stmt]]) -> None:
    """Of several places that a name is imported from (`try`, `if`), the first that is known."""
    for name in {name for body in bodies for name in _imported_names(body)}:
        value = names.get(name)
        options = tuple(map(used, value.options)) if isinstance(value, Choice) else ()
        known: list[Value] = [one for one in options if isinstance(one, External) and is_library(one.name)]
        known += [one for one in options if isinstance(one, (External, Mapping, ClassRef, Function))]
        if known:
            names[name] = known[0]


def _imported_names(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                yield alias.asname or alias.name.partition(".")[0]
