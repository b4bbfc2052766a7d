"""How facts name things in the user's own words: weights, places, the function that runs a line."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from gradcheck.base.given_functions import calls_what_it_was_given
from gradcheck.facts.domain.frames import ONCE
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Function, Instance, Layer
from gradcheck.report.accounts import NUMBERS
from gradcheck.report.finding import OF_NOTHING, Cut, Location, Weight
from gradcheck.report.kinds import OF_OPERATIONS, Kind

if TYPE_CHECKING:
    from gradcheck.source.parse import Module


def weight_of(birth: Birth) -> Weight:
    """A birth as reports name it."""
    module = birth.site.frame.module
    name = birth.name or last_word(birth.label) or module.code(birth.site.node, 30)
    label = _own_label(birth) or _chain_label(birth) or birth.label or name
    return Weight(name, label, module.location(birth.site.node), _owner(birth))


def _owner(birth: Birth) -> str:
    """What kind of object makes a weight, where that is no Keras layer."""
    frame = birth.site.frame
    while frame.outer is not None:
        function = frame.function
        bound = function.bound if isinstance(function, Function) else None
        if isinstance(bound, Instance):
            return _OWNERS.get(bound.model.kind, "")
        frame = frame.outer
    return OF_NOTHING


_OWNERS = {"loss": "loss", "regularizer": "regularizer", "module": "module", "plain": "object"}


def last_word(label: str) -> str:
    """What stands last in `self.net.stack[...]`: `stack`."""
    return label.partition("[")[0].rpartition(".")[2]


def _own_label(birth: Birth) -> str:
    """What the program calls a weight or its layer, if it has a name and is not one of many in a list."""
    return "" if "[" in birth.label else birth.label


def _chain_label(birth: Birth) -> str:
    """What the program calls the chain of layers that a weight's layer is a part of."""
    chain = birth.owner.owner if isinstance(birth.owner, Layer) else None
    return chain.label if isinstance(chain, Layer) and chain.parts else ""


def location_of(site: Site) -> Location:
    """Where an operation stands. One that spans lines is at its operator: the operand before it may be a
    whole call."""
    whole = site.frame.module.location(site.node)
    if isinstance(site.node, ast.BinOp) and whole.line != whole.end_line:
        right = site.frame.module.location(site.node.right)
        return replace(whole, line=right.line, column=right.column)
    return whole


def seen_from(module: Module, site: Site, birth: Birth) -> Site:
    """Where to point for what another file's function does to a weight of this one: where it is called.
    That file alone does not show it."""
    owner = birth.owner.owner if isinstance(birth.owner, Layer) else birth.owner
    home = owner.model.module if isinstance(owner, Instance) else birth.site.frame.module
    if site.frame.module is module or home is not module:
        return site
    return next((one for one in site.outward() if one.frame.module is module), site)


def cut_at(site: Site, kind: Kind, detail: str = "") -> Cut:
    """A cut at an expression. What a tape misses of a chain of layers, it misses where the chain is
    called."""
    if site.chain is not None and kind in (Kind.OUTSIDE_TAPE, Kind.CAPTURED):
        site = site._replace(node=site.chain)
    site = _chosen_at(site) if kind in OF_OPERATIONS else site
    return Cut(kind, location_of(site), site.frame.module.code(site.node), where=where(site), detail=detail)


def _chosen_at(site: Site) -> Site:
    """Where what a call does was chosen: a helper may call what it was given."""
    for one in site.outward():
        if not isinstance(one.node, ast.Call):
            break
        site = one
        if not calls_what_it_was_given(one.node, one.frame.code):
            break
    return site


def where(site: Site) -> str:
    """The function to name: the one that runs once, if a helper of it is what reads the weight."""
    frame = site.frame
    if frame.phase in ONCE:
        while frame.outer is not None and frame.outer.phase is frame.phase:
            frame = frame.outer
    return frame.where


NOTES: dict[Kind, str] = {
    Kind.CAPTURED: "read here, once: a constant from now on",
    Kind.CAPTURED_BY_OBJECT: "converted here, once: a constant from now on",
    Kind.OUTSIDE_TAPE: "computed where no tape records",
    Kind.NUMPY: "leaves TensorFlow here",
    Kind.PYTHON_NUMBER: "becomes a Python number here",
    Kind.PREDICT: "leaves TensorFlow here",
    Kind.STOPPED: "stopped here",
    Kind.SAMPLED: "sampled here, without a gradient to the parameters",
    Kind.ASSIGNED: "written here: what is read afterwards is the variable",
    Kind.NO_GRADIENT: "this operation has no gradient",
    Kind.INTEGER_CAST: "integers and bools carry no gradient",
    Kind.METRIC: "a metric's state, read back",
}
IMPORTED = "imported"
"""The case of a value that another file makes of a weight while it is imported."""
NOTES_OF_CASES = {NUMBERS: "to the tape, these are data", IMPORTED: "uses a constant"}
"""What is noted where a case of a kind has words of its own."""
