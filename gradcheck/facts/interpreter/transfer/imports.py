"""What `import` brings into scope: a module of the project, or a library under its canonical name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.values import (
    Choice,
    ClassRef,
    External,
    Function,
    Mapping,
    Opaque,
    Value,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.fate import Reason
from gradcheck.source.names import canonical


def import_(machine: Machine, node: ast.Import) -> None:
    for alias in node.names:
        if alias.asname:
            machine.scope.bind(alias.asname, _module(machine, alias.name, 0))
        else:
            root = alias.name.partition(".")[0]
            machine.scope.bind(root, _module(machine, root, 0))


def import_from(machine: Machine, node: ast.ImportFrom) -> None:
    for alias in node.names:
        if alias.name == "*":
            _import_star(machine, node)
        else:
            machine.scope.bind(alias.asname or alias.name, _imported(machine, node, alias.name))


def _imported(machine: Machine, node: ast.ImportFrom, name: str) -> Value:
    module = _module(machine, node.module or "", node.level)
    if isinstance(module, Mapping):
        if name in module.entries:
            return module.entries[name]
        inner = ".".join(part for part in (node.module, name) if part)
        return (
            _module(machine, inner, node.level) if node.level or node.module else Opaque(reason=Reason.IMPORT)
        )
    if isinstance(module, External):
        return External(canonical(f"{module.name}.{name}"))
    found = _module(machine, ".".join(part for part in (node.module, name) if part), node.level)
    return found if isinstance(found, Mapping) else Opaque(label=name, reason=Reason.IMPORT)


def _import_star(machine: Machine, node: ast.ImportFrom) -> None:
    module = _module(machine, node.module or "", node.level)
    if isinstance(module, Mapping):
        for name, value in module.entries.items():
            if not name.startswith("_"):
                machine.scope.bind(name, value)


def _module(machine: Machine, dotted: str, level: int) -> Value:
    """A module of the project as a namespace, or a library under its canonical name."""
    found = machine.resolve(dotted, level, machine.frame.module)
    if found is not None:
        return found
    return Opaque(reason=Reason.IMPORT) if level else External(canonical(dotted))


def prefer_known(names: dict[str, Value], bodies: list[list[ast.stmt]]) -> None:
    """Of several places that a name is imported from (`try`, `if`), the first that is known."""
    for name in {name for body in bodies for name in _imported_names(body)}:
        value = names.get(name)
        options = value.options if isinstance(value, Choice) else ()
        known = [one for one in options if isinstance(one, (External, Mapping, ClassRef, Function))]
        if known:
            names[name] = known[0]


def _imported_names(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                yield alias.asname or alias.name.partition(".")[0]
