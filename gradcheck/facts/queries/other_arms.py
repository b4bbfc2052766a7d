"""Weights of which only the arm of a branch makes use that is not taken."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import inside
from gradcheck.facts.domain.values import Birth, Instance, Layer
from gradcheck.facts.interpreter.log import NotTaken
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.reading import attribute_of
from gradcheck.facts.ownership.set_up import is_of, reads
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.queries.places import name_given


def other_arm(machine: Machine, birth: Birth, end: Site | None) -> NotTaken | None:
    """The branch that would go on from a weight, or from the value that its data ends in, and goes the other
    way."""
    found = (one for one in machine.log.not_taken if end is not None and _goes_on(one, end))
    while_training = (one for one in machine.log.not_taken if one.trains)
    return next(found, None) or _leaves_out(while_training, birth)


def untold(machine: Machine, birth: Birth, end: Site | None = None) -> tuple[Site, str] | None:
    """The call of a model that does not say that it trains, and the text of the test inside by which it goes
    past the only code that would go on from a weight."""
    found = (one for one in machine.log.untold if end is not None and _goes_on(one, end))
    tests = machine.log.untold
    test = next(found, None) or _leaves_out(tests, birth) or _leaves_model_out(machine, tests, birth)
    if test is None:
        return None
    frames = [frame for frame in test.site.frame.chain() if frame.where == "call()"]
    outer = frames[-1] if frames else test.site.frame
    if outer.call is None or outer.outer is None:
        return None
    return Site(outer.call, outer.outer), test.site.frame.module.code(test.site.node, 60)


def _leaves_out(tests: Iterable[NotTaken], birth: Birth) -> NotTaken | None:
    """The first of some tests by which the object that has a weight does not read it."""
    attribute, owner = attribute_of(birth), _owner(birth)
    if owner is None or not attribute:
        return None
    mine = (one for one in tests if is_of(one, owner))
    return next((one for one in mine if reads(one, owner, attribute)), None)


def _leaves_model_out(machine: Machine, tests: Iterable[NotTaken], birth: Birth) -> NotTaken | None:
    """The first of some tests by which an object does not take the model, that it keeps, which has a
    weight."""
    for one in tests:
        bound = one.site.frame.function.bound if one.site.frame.function is not None else None
        kept = bound.attributes if isinstance(bound, Instance) else {}
        named = {node.attr for part in one.arm for node in inside(part) if isinstance(node, ast.Attribute)}
        held = (kept[name] for name in named & kept.keys())
        if any(weight is birth for value in held for weight in weights_of(machine, value)):
            return one
    return None


def _owner(birth: Birth) -> Instance | None:
    owner = birth.owner.owner if isinstance(birth.owner, Layer) else birth.owner
    return owner if isinstance(owner, Instance) else None


def _goes_on(one: NotTaken, end: Site) -> bool:
    """Whether an arm reads the name that the value at a place is given."""
    name = name_given(end) if one.site.frame.code is end.frame.code else ""
    nodes = (node for part in one.arm for node in inside(part)) if name else ()
    return any(isinstance(node, ast.Name) and node.id == name for node in nodes)
