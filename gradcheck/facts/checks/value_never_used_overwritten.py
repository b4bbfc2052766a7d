"""Which terms of a loss, and which lists of variables, does the program overwrite where it meant to add?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import FUNCTIONS, parents
from gradcheck.facts.domain.values import Instance, Layer, Sequence, Tensor, Value, Variables, WeightRef
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Overwritten, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, handed_over, is_tape, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.overwritten import lost_with
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Terms that nothing read before their name was given another value, and lists of which every round of a
    loop keeps only its own."""
    machine = program.machine
    queries = [query for query in machine.log.queries if query.in_training]
    for one in [one for one in machine.log.overwritten if _may_be_lost(machine, one)] if queries else ():
        for query in queries:
            if one.loop is not None and any(isinstance(held, Tensor) for held in flatten(one.new)):
                yield from _last_term(machine, query, one, one.loop)
            elif one.loop is not None:
                yield from _last_list(machine, query, one, one.loop)
            else:
                for birth in lost_with(machine, query, one):
                    yield starve(birth, Kind.DEAD_VALUE, one.site, "overwritten here", scene="tape")


def _may_be_lost(machine: Machine, one: Overwritten) -> bool:
    """Whether nothing that was computed from the old value is left, or a loop replaces it in every round."""
    unread = isinstance(one.old, Tensor) and not machine.graph.outgoing[one.old.node]
    return one.loop is not None or unread


# -- terms ------------------------------------------------------------------------


def _last_term(machine: Machine, query: Query, one: Overwritten, loop: ast.stmt) -> Iterator[Starved]:
    """The weights that only earlier rounds of a loop use, when the loss is what its last round leaves."""
    new = set(machine.nodes(one.new))
    behind = machine.graph.backward(query.target)
    called = query.site.frame in one.site.frame.chain() or not is_tape(query)
    if not new & behind or query.site.within(loop) or not called:
        return
    carried = set(machine.log.carried.get(loop, ())) & machine.graph.backward(new)
    last = {node for several in one.lists for node in _of_last_round(machine, several)}
    early = {node for several in one.lists for node in _of_early_rounds(machine, several)}
    elsewhere = machine.graph.backward(query.target, lambda edge: edge.target not in new)
    lost = early - last - elsewhere - machine.graph.backward(carried)
    births = [birth for birth in weights_of(machine, query.sources) if birth.node in lost]
    excused = looked_after(machine) if births else set()
    for birth in births:
        if could_train(birth) and not meant(birth, excused):
            note, variant = "overwritten in the next round", "plus" if _with_plus(one.site) else ""
            yield starve(birth, Kind.DEAD_VALUE, one.site, note, scene="tape", variant=variant)


def _with_plus(site: Site) -> bool:
    """Whether the value begins with a sign: `loss =+ weight * term`."""
    node = site.node
    while isinstance(node, ast.BinOp):
        node = node.left
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd)


def _of_last_round(machine: Machine, several: Sequence) -> set[int]:
    """The weights that the last round uses; of elements that are not told apart, none for certain."""
    return set() if several.many else _used_by(machine, several.items[-1:])


def _of_early_rounds(machine: Machine, several: Sequence) -> set[int]:
    """The weights that all rounds but the last use."""
    if not several.many:
        return _used_by(machine, several.items[:-1])
    anew = [item for item in several.items if _made_anew(item)]
    return {birth.node for item in anew for birth in weights_of(machine, item)}


def _made_anew(item: Value) -> bool:
    """Whether a loop or a comprehension makes a layer or model of its own for each element."""
    if not isinstance(item, (Layer, Instance)) or item.site is None:
        return False
    return any(isinstance(node, (ast.ListComp, ast.For)) for node in _around(item.site))


def _around(site: Site) -> Iterator[ast.AST]:
    """What a place stands in, up to the function that it is part of."""
    above = parents(site.frame.code)
    node = above.get(site.node)
    while node is not None and not isinstance(node, FUNCTIONS):
        yield node
        node = above.get(node)


def _used_by(machine: Machine, items: list[Value]) -> set[int]:
    """The weights that some elements are, or are computed from."""
    nodes = [node for item in items for node in machine.nodes(item)]
    own = {birth.node for item in items for birth in weights_of(machine, item)}
    return own | machine.graph.backward(nodes)


# -- lists ------------------------------------------------------------------------


def _last_list(machine: Machine, query: Query, one: Overwritten, loop: ast.stmt) -> Iterator[Starved]:
    kept = [held for held in flatten(one.new) if isinstance(held, (Variables, WeightRef))]
    asked = [held for held in flatten(query.sources) if any(held is other for other in kept)]
    if not asked or query.site.within(loop):
        return
    away = handed_over(machine)
    for birth in (birth for held in asked for birth in weights_of(machine, held)):
        if could_train(birth) and not meant(birth, away):
            yield starve(
                birth,
                Kind.WRONG_VARIABLES,
                one.site,
                "only the last ones are kept",
                scene="tape",
                severity=Severity.WARNING,
            )
