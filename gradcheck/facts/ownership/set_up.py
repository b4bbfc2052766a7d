"""Weights that an object does not use, as it was set up: `if self.gated:` of a `Cell(8, gated=False)`."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import inside
from gradcheck.facts.domain.values import Birth, Instance
from gradcheck.facts.interpreter.log import NotTaken
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.reading import attribute_of


def unused_as_set_up(machine: Machine, birth: Birth, owner: Instance) -> Site | None:
    """The test by which the only code that reads a weight, or its layer, is not run."""
    attribute = attribute_of(birth)
    mine = (one for one in machine.log.not_taken if not one.trains and is_of(one, owner))
    return next((one.site for one in mine if attribute and reads(one, attribute)), None)


def is_of(one: NotTaken, owner: Instance) -> bool:
    """Whether it is this object that does not do something."""
    functions = (frame.function for frame in one.site.frame.chain() if frame.function is not None)
    return any(function.bound is owner for function in functions)


def reads(one: NotTaken, attribute: str) -> bool:
    """Whether what is not done would read an attribute."""
    nodes = (node for part in one.arm for node in inside(part))
    return any(isinstance(node, ast.Attribute) and node.attr == attribute for node in nodes)
