"""Calls of the wrong one of two models, layers or weights, as the name of the result says: `q2 = critic_1(x)`
where nothing is computed from `critic_2`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.spoken_names import MISTAKEN, Speaks, called, shared, speaks_of
from gradcheck.facts.domain.classes import MODEL
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import inside, parents
from gradcheck.facts.domain.keras_names import MODELS
from gradcheck.facts.domain.values import Birth, Instance, Layer, Value, WeightRef
from gradcheck.facts.domain.wording import cut_at, location_of, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import loop_around
from gradcheck.report.finding import Location, Step, Weight
from gradcheck.report.kinds import Kind, Severity

KINDS = frozenset({Kind.WRONG_VARIABLES, Kind.REACHES_NOTHING, Kind.UNCALLED_LAYER, Kind.UNUSED_WEIGHT})
"""What is said of a thing that nothing uses where it is to be trained."""

Thing = Layer | Instance | WeightRef


@dataclass(frozen=True, eq=False, repr=False)
class Named:
    """A thing under the name that the program calls it by, beside the others of the same object."""

    name: str
    thing: Thing
    uses: tuple[Site, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Use:
    """A place where a thing is used, and what the result is called."""

    site: Site
    said: str


@dataclass(frozen=True, eq=False, repr=False)
class Mistaken:
    """`used` is used at a place whose name says `meant`."""

    site: Site
    used: Named
    meant: Named


def as_named(program: Program, found: list[Starved]) -> list[Starved]:
    """What was found, told at the call that should have been another one, where a name says so."""
    plain = [one for one in found if one.cut.kind in KINDS and not one.cut.variant]
    if not plain:
        return found
    machine = program.machine
    told: dict[int, Starved] = {}
    beside: set[Weight] = set()
    for mistake in mistakes(program, lambda one: any(_is_about(machine, one, plain))):
        beside |= _weights(machine, mistake.used)
        for one in _is_about(machine, mistake.meant, plain):
            told.setdefault(id(one), _retold(one, mistake))
    return [told.get(id(one), one) for one in found if id(one) in told or not _follows(one, beside)]


def _is_about(machine: Machine, thing: Named, found: list[Starved]) -> Iterator[Starved]:
    """What was found of a thing, or of its weights."""
    weights, made = _weights(machine, thing), _made_at(thing)
    for one in found:
        if one.weight in weights or (one.weight.label == thing.name and one.weight.birth in made):
            yield one


def _follows(one: Starved, used: set[Weight]) -> bool:
    """Whether a list seems to leave out what should not have been called."""
    return one.cut.kind is Kind.WRONG_VARIABLES and one.severity is Severity.WARNING and one.weight in used


def _retold(one: Starved, mistake: Mistaken) -> Starved:
    cut = replace(cut_at(mistake.site, one.cut.kind, mistake.meant.name), variant=MISTAKEN)
    trail = (*one.trail[:1], Step(location_of(mistake.site), f"uses `{mistake.used.name}`"))
    part = isinstance(mistake.meant.thing, WeightRef)
    weight = one.weight if part else replace(one.weight, label=mistake.meant.name)
    return replace(one, weight=weight, cut=cut, trail=trail, severity=None)


def _weights(machine: Machine, one: Named) -> set[Weight]:
    return {weight_of(birth) for birth in _births(machine, one.thing)}


def _made_at(one: Named) -> set[Location]:
    if isinstance(one.thing, WeightRef) or one.thing.site is None:
        return set()
    return {location_of(site) for site in one.thing.site.outward()}


def _births(machine: Machine, thing: Thing) -> list[Birth]:
    return [thing.weight] if isinstance(thing, WeightRef) else weights_of(machine, thing)


# -- who is mistaken for whom ---------------------------------------------------------


def mistakes(program: Program, idle: Callable[[Named], bool]) -> Iterator[Mistaken]:
    """Every use of a thing whose result is named after one of those that are idle."""
    every: list[Layer | Instance] = [*program.machine.log.layers, *program.machine.log.instances]
    closed = {site.node for one in every for site in one.called}
    for group in _groups(program):
        left = [one for one in group if idle(one)]
        for used in group if left else ():
            uses = {site.node: Use(site, _said(used, node, site, closed)) for node, site in _once(used)}
            for use in uses.values():
                meant = _meant(use, used, group, left) if use.said else None
                if (
                    meant is not None
                    and not _makes(use, meant)
                    and _is_sure(use, used, meant, [*uses.values()])
                ):
                    yield Mistaken(use.site, used, meant)


def _once(used: Named) -> Iterable[tuple[ast.AST, Site]]:
    return {site.node: site for site in used.uses}.items()


def _said(used: Named, node: ast.AST, site: Site, closed: set[ast.expr | ast.stmt]) -> str:
    """What the value is called that a thing is used for."""
    if isinstance(used.thing, WeightRef):
        parts = [part for part in ast.walk(node) if isinstance(part, ast.Attribute | ast.Name)]
        node = next((part for part in parts if ast.unparse(part) == used.name), node)
    above = parents(site.frame.code)
    return called(node, above, closed) if isinstance(node, ast.expr) and node in above else ""


def _makes(use: Use, meant: Named) -> bool:
    """Whether a thing is used to make the other one: `both = Model(x, one(x))`."""
    made = None if isinstance(meant.thing, WeightRef) else meant.thing.site
    return made is not None and use.site.node in inside(made.node)


def _meant(use: Use, used: Named, group: list[Named], idle: list[Named]) -> Named | None:
    """The one that a name speaks of more than of any other, and that this step does not use at all."""
    alike = [one for one in group if one is not used and _alike(one.thing, used.thing)]
    fitting = [(_rank(use.said, one, used), one) for one in alike if speaks_of(use.said, one.name, used.name)]
    best = max((rank for rank, _ in fitting), default=None)
    found = [one for rank, one in fitting if rank == best]
    return found[0] if len(found) == 1 and found[0] in idle and not _is_used(found[0], use.site) else None


def _is_sure(use: Use, used: Named, meant: Named, uses: list[Use]) -> bool:
    """Whether what is used is used for itself, too, and is not forgotten once this use is another's. What is
    named by a letter alone is so where the other use is."""
    beside = [one for one in uses if one is not use and _together(one.site, use.site)]
    if speaks_of(use.said, meant.name, used.name) is Speaks.CLEARLY:
        return bool(beside) or len({id(one.site.frame.code) for one in uses}) > 1
    return any(speaks_of(one.said, used.name, meant.name) for one in beside)


def _rank(said: str, one: Named, used: Named) -> tuple[int, int, int]:
    clear = speaks_of(said, one.name, used.name)
    return clear, shared(one.name, used.name), shared(said, one.name)


def _is_used(one: Named, site: Site) -> bool:
    return any(_together(use, site) for use in one.uses)


def _together(one: Site, other: Site) -> bool:
    """Whether two places are in the same function, and in the same loop of it: what comes before a loop only
    prepares it."""
    return one.frame.code is other.frame.code and loop_around(one) is loop_around(other)


def _alike(one: Thing, other: Thing) -> bool:
    return _sort(one) == _sort(other)


def _sort(thing: Thing) -> object:
    match thing:
        case WeightRef():
            return "weight"
        case Layer(name=name):
            return MODEL if name in MODELS else name
        case Instance(model=model):
            return MODEL if model.kind == MODEL else id(model)


# -- what there is -----------------------------------------------------------------------


def _groups(program: Program) -> Iterator[list[Named]]:
    """The things that an object keeps, object by object, and those that the program has by name."""
    machine = program.machine
    for owner in program.objects():
        group = [one for name, kept in owner.attributes.items() for one in _kept(machine, name, kept)]
        if len(group) > 1:
            yield group
    every: list[Layer | Instance] = [*machine.log.layers, *machine.log.instances]
    free = [one for one in every if one.owner is None and one.label]
    yield [Named(one.label, one, tuple(one.called)) for one in free]


def _kept(machine: Machine, name: str, kept: Value) -> Iterator[Named]:
    things = [one for one in flatten(kept) if isinstance(one, (Layer, Instance, WeightRef))]
    if len(things) == 1:  # What is in a list has a number, which may count from one or not.
        yield Named(f"self.{name}", things[0], _uses(machine, things[0]))


def _uses(machine: Machine, thing: Thing) -> tuple[Site, ...]:
    if not isinstance(thing, WeightRef):
        return tuple(thing.called)
    edges = machine.graph.outgoing[thing.weight.node]
    return tuple(edge.site for edge in edges if edge.site is not None)
