"""The abstract interpreter: a parsed module in, frozen `Facts` out. It executes nothing."""

from __future__ import annotations

from gradcheck.facts.checks import ask_all
from gradcheck.facts.facts import Facts as Facts
from gradcheck.facts.facts import StarvedGroup as StarvedGroup
from gradcheck.facts.program import Resolve, interpret
from gradcheck.source.parse import Module


def facts_of(module: Module, resolve: Resolve) -> tuple[Facts, bool]:
    """What a module does to its weights, and whether all of it could be followed."""
    program = interpret(module, resolve)
    return Facts(module.path, ask_all(program)), program.complete
