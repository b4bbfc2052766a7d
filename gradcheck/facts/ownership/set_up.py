"""Weights that an object does not use, as it was set up: `if self.gated:` of a `Cell(8, gated=False)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

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
    return next((one.site for one in mine if attribute and reads(one, owner, attribute)), None)


def is_of(one: NotTaken, owner: Instance) -> bool:
    """Whether it is this object that does not do something."""
    functions = (frame.function for frame in one.site.frame.chain() if frame.function is not None)
    return any(function.bound is owner for function in functions)


def reads(one: NotTaken, owner: Instance, attribute: str) -> bool:
    """Whether what is not done would read an attribute of an object, itself or in a method that it calls."""
    names = {name for part in one.arm for name in _names(part)}
    methods = (owner.model.method(name) for name in names)
    return attribute in names or any(attribute in _names(one.node) for one in methods if one is not None)


def _names(code: ast.AST) -> Iterator[str]:
    """The names behind a dot in a piece of code."""
    return (node.attr for node in inside(code) if isinstance(node, ast.Attribute))
