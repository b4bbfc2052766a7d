"""Which layers of a list does no loop ever come to?

`zip` stops with its shortest list, and a `return` in the body of a loop leaves it in the first round.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import calls_alone
from gradcheck.facts.domain.values import Birth, Instance, Layer, Sequence
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import PassedOver, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.ownership.named_layers import names
from gradcheck.facts.ownership.text import described
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """The rest of a list that nothing but such a loop reads, or calls."""
    machine = program.machine
    seen: set[ast.expr] = set()
    for one in machine.log.passed_over:
        alone = one.written not in seen and (_only_here(one) or _called_only_here(one))
        query = _asked(machine, one) if alone else None
        if query is None or not _lost(machine, one, query):
            continue
        seen.add(one.written)
        unsure = None if one.value.length is not None else Severity.WARNING
        case = "first round" if one.loop is not None and not one.left else ""
        for birth in _rest(one):
            note = "goes no further"
            yield starve(
                birth, Kind.UNCALLED_LAYER, one.site, note, scene=query.scene, severity=unsure, variant=case
            )


def _only_here(one: PassedOver) -> bool:
    """Whether the text of the module reads the list in this one place."""
    nodes = list(ast.walk(one.site.frame.module.tree))
    asides = {id(value) for node in nodes for value in described(node)}
    reads: list[ast.Attribute] | list[ast.Name]
    match one.written:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            reads = [node for node in nodes if isinstance(node, ast.Attribute) and node.attr == name]
        case ast.Name(id=name):
            reads = [node for node in nodes if isinstance(node, ast.Name) and node.id == name]
        case _:
            return False
    read = [node for node in reads if isinstance(node.ctx, ast.Load) and id(node) not in asides]
    words = any(isinstance(node, ast.Constant) and node.value == name for node in nodes)
    return len(read) == 1 and not words


def _called_only_here(one: PassedOver) -> bool:
    """Whether the loop calls the layers, and nothing else does: others may build them, or read the list."""
    rest = _left_over(one)
    alone = all(_in_the_loop(one, held) for held in rest)
    return one.loop is not None and bool(rest) and alone and not any(held.escaped for held in rest)


def _in_the_loop(one: PassedOver, held: Layer | Instance) -> bool:
    """Whether a layer is called, and nowhere else but to build it: nothing takes what that returns."""
    used = [site for site in held.called if site.node not in calls_alone(site.frame.module.tree)]
    return bool(used) and all(_within(site, one) for site in used)


def _left_over(one: PassedOver) -> list[Layer | Instance]:
    """The layers that the loop does not come to; all of the list, where they are not told apart."""
    exact = not one.value.many and not one.left
    items = one.value.items[one.taken :] if exact else one.value.items
    return [held for held in flatten(Sequence(items)) if isinstance(held, (Layer, Instance))]


def _within(site: Site, one: PassedOver) -> bool:
    module = one.site.frame.module
    return any(place.frame.module is module and place.within(one.loop) for place in site.outward())


def _lost(machine: Machine, one: PassedOver, query: Query) -> bool:
    """Whether the loss does not depend on what is left over by anything but this loop."""
    if one.loop is None:
        return True
    births = {birth.node for held in _left_over(one) for birth in weights_of(machine, held)}
    behind = machine.graph.backward(query.target, lambda edge: not (edge.site and _within(edge.site, one)))
    return births.isdisjoint(behind)


def _asked(machine: Machine, one: PassedOver) -> Query | None:
    """Who asks for a gradient of the layers in the list."""
    layers = [held for held in flatten(one.value) if isinstance(held, (Layer, Instance))]
    births = {birth.node for held in layers for birth in weights_of(machine, held) if could_train(birth)}
    excused = looked_after(machine) if births else set()
    for query in machine.log.queries if births else ():
        asked = [birth for birth in weights_of(machine, query.sources) if birth.node in births]
        if asked and not any(meant(birth, excused) for birth in asked):
            return query
    return None


def _rest(one: PassedOver) -> Iterator[Birth]:
    """The layers that are left over, under the name that the program gives them."""
    named = [(held, name) for held in _left_over(one) if (name := _name(one, held))]
    if named and not one.value.many:
        yield from (Birth(-1, held.site, name=name, label=name) for held, name in named if held.site)
        return
    made = next((held for held in flatten(one.value) if isinstance(held, (Layer, Instance))), None)
    if made is not None and made.site is not None:
        label = _label(one)
        yield Birth(-1, made.site, name=label, label=label)


def _name(one: PassedOver, held: Layer | Instance) -> str:
    """What a layer is called: by its key in a dict, else by the one name that it was given."""
    given = list(names(held)) if one.value.kind != "dict" else [held.label]
    return given[0] if len(given) == 1 else ""


def _label(one: PassedOver) -> str:
    base, first = _begin(one.written)
    last = one.value.length == one.taken + 1
    left = one.left or f"[{first + one.taken}{'' if last else ':'}]"
    return f"{ast.unparse(base)}{left}"


def _begin(written: ast.expr) -> tuple[ast.expr, int]:
    """A list, and from which place on it is taken: `blocks[1:]`."""
    match written:
        case ast.Subscript(value=base, slice=ast.Slice(lower=ast.Constant(value=int() as first), upper=None)):
            return base, first
    return written, 0
