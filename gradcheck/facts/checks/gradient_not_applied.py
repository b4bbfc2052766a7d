"""Which gradients are computed and change nothing, or change the wrong variables?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from gradcheck.facts.domain.values import Birth, Gradients, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Applied
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import among, could_train, handed_over, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Gradients zipped with variables that they were not computed for, and gradients that nothing uses."""
    machine = program.machine
    for gradients in machine.log.gradients:
        uses = [one for one in machine.log.applied if one.gradients.node == gradients.node]
        if uses and not machine.graph.outgoing[gradients.node]:
            yield from _misapplied(machine, gradients, uses)
            yield from _applied_to_others(machine, gradients, uses)
        elif not uses:
            yield from _dropped(machine, gradients)


def _misapplied(machine: Machine, gradients: Gradients, uses: list[Applied]) -> Iterator[Starved]:
    asked = _trainable(machine, gradients.sources)
    given = {birth.node for use in uses for birth in weights_of(machine, use.variables)}
    missed = [birth for birth in asked if not among(birth, given)]
    elsewhere = {
        birth.node
        for one in machine.log.applied
        if one not in uses
        for birth in weights_of(machine, one.variables)
    }
    missed = [birth for birth in missed if not among(birth, elsewhere)]
    if not given or not missed:
        return
    if len(missed) == len(asked):
        for birth in missed:
            yield starve(birth, Kind.WRONG_VARIABLES, uses[0].site, "applied to others here", scene="tape")
    else:
        for birth in missed:
            yield starve(birth, Kind.NOT_APPLIED, gradients.site, "asked for here", scene="tape")


def _applied_to_others(machine: Machine, gradients: Gradients, uses: list[Applied]) -> Iterator[Starved]:
    """Gradients that move the variables they were computed for, and those of another model too, for which
    none is ever computed."""
    asked = {birth.node for birth in weights_of(machine, gradients.sources)}
    right = [use for use in uses if any(among(one, asked) for one in weights_of(machine, use.variables))]
    for use in uses if right else ():
        others = _trainable(machine, use.variables)
        own = any(among(birth, _asked_anywhere(machine)) for birth in others)
        for birth in others if use not in right and not own else ():
            yield starve(
                birth, Kind.WRONG_VARIABLES, use.site, "gradients of others, applied here", scene="tape"
            )


def _asked_anywhere(machine: Machine) -> set[int]:
    return {birth.node for one in machine.log.gradients for birth in weights_of(machine, one.sources)}


def _trainable(machine: Machine, sources: Value) -> list[Birth]:
    births = weights_of(machine, sources)
    away = handed_over(machine)
    return [birth for birth in births if could_train(birth) and not meant(birth, away)]


# -- gradients that nobody reads ------------------------------------------------


def _dropped(machine: Machine, gradients: Gradients) -> Iterator[Starved]:
    """A name that is never read again, where no optimizer is ever used either: its line is missing."""
    tree = gradients.site.frame.module.tree
    name = _assigned(tree, gradients.site.node)
    if name is None or _read(tree, name) or not _idle_optimizer(tree):
        return
    behind = machine.graph.backward([gradients.node])
    for birth in _trainable(machine, gradients.sources):
        if birth.node in behind:
            yield starve(birth, Kind.NOT_APPLIED, gradients.site, "asked for here", scene="tape")


def _assigned(tree: ast.Module, node: ast.AST) -> str | None:
    """The one name that a statement gives this expression's value."""
    return _assignments(tree).get(node)


@lru_cache(maxsize=1)
def _assignments(tree: ast.Module) -> dict[ast.AST, str]:
    found: dict[ast.AST, str] = {}
    for statement in ast.walk(tree):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[value] = name
    return found


def _read(tree: ast.Module, name: str) -> bool:
    return name in _names_read(tree)


@lru_cache(maxsize=1)
def _names_read(tree: ast.Module) -> frozenset[str]:
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return frozenset(node.id for node in names if isinstance(node.ctx, ast.Load))


def _idle_optimizer(tree: ast.Module) -> bool:
    """Whether an optimizer is made at the top of the program and nothing ever reads its name."""
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=made)):
                if "optimizers." in ast.unparse(made) and not _read(tree, name):
                    return True
    return False
