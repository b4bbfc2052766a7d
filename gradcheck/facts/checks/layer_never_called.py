"""Which layers does an object keep that nothing ever calls?

A layer of the user's own makes its weights when it is first called: one that nobody calls has none to ask
about, so this question goes by the objects.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Instance, Layer, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.closed import closed, passed_over, read_by_base
from gradcheck.facts.ownership.intended import Names, could_train, looked_after, meant
from gradcheck.facts.ownership.reading import is_read
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

Made = Layer | Instance


def ask(program: Program) -> Iterator[Starved]:
    """Every such layer, once, where it is made, or where its twin is called in its place."""
    machine = program.machine
    owners = [one for one in program.objects() if one.called and closed(one)]
    excused = looked_after(machine) if owners else set()
    every: tuple[Made, ...] = (*machine.log.layers, *machine.log.instances)
    called = {_made_as(one) for one in every if one.called}
    seen: set[object] = set()
    for owner in owners:
        for name, kept in [one for one in owner.attributes.items() if one[0].isidentifier()]:
            for made in flatten(kept):
                if not isinstance(made, (Layer, Instance)) or made.called:
                    continue
                if made.owner is not None and made.owner is not owner:
                    continue
                key = _made_as(made)
                wanted = key not in seen | called and _wanted(program, made, excused)
                if wanted and _unread(machine, owner, name, made):
                    seen.add(key)
                    yield _report(owner, name, made)


def _unread(machine: Machine, owner: Instance, name: str, made: Made) -> bool:
    read = is_read(machine, owner.model, name, late=True) or read_by_base(owner, name)
    return not read or (bool(made.site) and passed_over(made, owner, name))


def _made_as(made: Made) -> tuple[int, ...]:
    """An object by the lines that make it, from its expression up to the constructor that keeps it: classes
    run more than once, and one function may make several."""
    if made.site is None:
        return (id(made),)
    nodes, frame = [id(made.site.node)], made.site.frame
    while frame.outer is not None and frame.call is not None and not _constructs(frame, made.owner):
        nodes.append(id(frame.call))
        frame = frame.outer
    return tuple(nodes)


def _constructs(frame: object, owner: Value | None) -> bool:
    function = getattr(frame, "function", None)
    return function is not None and function.bound is not None and (owner is None or function.bound is owner)


# -- whether it matters ---------------------------------------------------------


def _wanted(program: Program, made: Made, excused: Names) -> bool:
    """Whether a layer would have weights to train, and is nobody else's business."""
    if made.escaped or made.site is None:
        return False
    births = weights_of(program.machine, made)
    if any(meant(birth, excused) or birth.regularized for birth in births):
        return False
    if isinstance(made, Layer):
        return any(could_train(birth) for birth in births)
    if not made.model.callable_layer or made.model.open:
        return False
    return any(could_train(birth) for birth in births) or _makes_weights(program, made)


def _makes_weights(program: Program, made: Instance) -> bool:
    """Whether an object that nobody builds makes weights in `build` or in its first call."""
    run = program.runs.get(id(made.model))
    if run is not None:
        return any(could_train(birth) for birth in weights_of(program.machine, run))
    return any(
        isinstance(inner, ast.Attribute) and inner.attr == "add_weight"
        for above in made.model.lineage()
        for inner in ast.walk(above.node)
    )


# -- where to point ---------------------------------------------------------------


def _report(owner: Instance, name: str, made: Made) -> Starved:
    site = _kept_at(made, owner)
    births = [birth for birth in made.births if birth.owner is made] if isinstance(made, Layer) else []
    known = births and births[0].site == site and (births[0].name or births[0].label)
    birth = births[0] if known else _named(name, made, site)
    place = _twin_called(owner, name)
    if place is None:
        return starve(birth, Kind.UNCALLED_LAYER, site)
    return starve(birth, Kind.UNCALLED_LAYER, place, "its twin is called here")


def _named(name: str, made: Made, site: Site) -> Birth:
    own = made.label.startswith("self.") and made.label.partition("[")[0] == f"self.{name}"
    return Birth(-1, site, name=name, label=made.label if own else f"self.{name}", owner=made)


def _kept_at(made: Made, owner: Instance) -> Site:
    """Where an object is made, as the method that keeps it has it."""
    assert made.site is not None
    return next((one for one in made.site.outward() if _constructs(one.frame, owner)), made.site)


def _twin_called(owner: Instance, name: str) -> Site | None:
    """Where another layer of the object is called a second time, in a function or on data that goes by this
    layer's name: `self.user_tower(items)` where nothing calls `self.item_tower`."""
    for other, kept in owner.attributes.items():
        for twin in flatten(kept):
            calls = twin.called if isinstance(twin, (Layer, Instance)) and other != name else []
            places = [site for site in calls if site.frame.module is owner.model.module]
            if len({id(site.node) for site in places}) > 1:
                for site in places:
                    if _speaks_of(site, _words(name) - _words(other), _words(other) - _words(name)):
                        return site
    return None


def _speaks_of(site: Site, mine: set[str], theirs: set[str]) -> bool:
    """Whether a call's arguments, or else the function around it, bear a layer's name, not its twin's."""
    arguments = site.node.args if isinstance(site.node, ast.Call) else []
    given = {word for one in arguments for word in _words(ast.unparse(one))}
    around = _words(site.frame.where)
    for said in (given, around):
        if said & (mine | theirs):
            return bool(said & mine) and not said & theirs
    return False


def _words(text: str) -> set[str]:
    """The words of a name, without the plural's end."""
    return {word.lower().removesuffix("s") for word in re.findall(r"[A-Za-z]+|\d+", text) if word}
