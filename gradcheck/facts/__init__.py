"""The abstract interpreter: a parsed module in, frozen `Facts` out. It executes nothing."""

from __future__ import annotations

from gradcheck.facts.checks import ask_all
from gradcheck.facts.facts import Argument as Argument
from gradcheck.facts.facts import Call as Call
from gradcheck.facts.facts import Facts as Facts
from gradcheck.facts.facts import StarvedGroup as StarvedGroup
from gradcheck.facts.fates import fates_of, trained_elsewhere
from gradcheck.facts.fates.standing import standpoints
from gradcheck.facts.program import Resolve, interpret
from gradcheck.facts.queries.calls import calls_of
from gradcheck.source.parse import Module


def facts_of(module: Module, resolve: Resolve, *, calls: bool = False) -> tuple[Facts, bool]:
    """What a module does to its weights, with the `calls` it makes if they are asked for, and whether all of
    it could be followed."""
    program = interpret(module, resolve)
    starved = ask_all(program)
    made = calls_of(program) if calls else ()
    views = standpoints(program)
    fates, trains = fates_of(program, starved, views), trained_elsewhere(program, views, starved)
    return Facts(module.path, starved, made, fates, trains), program.complete
