"""Names that a module gives itself in a loop, `globals()[name] = make(name)`, made when one is asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import Constant, Mapping, Value
from gradcheck.facts.interpreter.here import Here
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.kinds import Phase

NAMESPACES = frozenset({"globals", "vars", "locals"})


def made_name(machine: Machine, namespace: Mapping, name: str) -> Value | None:
    """What a loop of a module makes under a name; None where no loop makes any."""
    module = namespace.module
    if module is None or "globals()" not in module.text:
        return None
    aliases = set(_aliases(module.tree.body))
    for loop in module.tree.body:
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
            scope = Scope()
            scope.names = {**namespace.entries, loop.target.id: Constant(name)}
            with machine.apart(Here(Frame(module, "the module", Phase.IMPORT), scope)):
                made = _run_to_store(machine, loop.body, loop.target.id, aliases)
            if made is not None:
                return made
    return None


def _aliases(body: list[ast.stmt]) -> Iterator[str]:
    """What a module calls its own namespace."""
    for statement in body:
        if isinstance(statement, ast.Assign) and _is_namespace(statement.value, set()):
            yield from (one.id for one in statement.targets if isinstance(one, ast.Name))


def _is_namespace(node: ast.expr, aliases: set[str]) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=word)):
            return word in NAMESPACES
        case ast.Name(id=word):
            return word in aliases
    return False


def _run_to_store(machine: Machine, body: list[ast.stmt], name: str, aliases: set[str]) -> Value | None:
    """Run statements up to the one that stores under the name, whatever is asked before, and make that."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Subscript(value=owner, slice=ast.Name(id=key))]) if (
                key == name and _is_namespace(owner, aliases)
            ):
                return machine.eval(statement.value)
            case ast.If():
                if (made := _run_to_store(machine, statement.body, name, aliases)) is not None:
                    return made
            case ast.Assign() | ast.FunctionDef() | ast.ClassDef():
                machine.run([statement])
    return None
