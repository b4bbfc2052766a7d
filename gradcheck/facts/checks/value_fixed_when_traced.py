"""Which weights train only by what a traced function was told to leave out when it was traced?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Site
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.ownership.intended import could_train, is_tape
from gradcheck.facts.ownership.left_out import Off, late_step, left_out, place_in
from gradcheck.facts.ownership.traced_values import Fixed, fixed_values
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import modules_of
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

WORDS = ("tf.function", "fit(", "train_on_batch(")


def ask(program: Program) -> Iterator[Starved]:
    """Weights behind a value that leaves them out at the trace, and is set when nobody looks any more."""
    for module in modules_of(program):
        for fixed in fixed_values(module.tree) if any(word in module.text for word in WORDS) else ():
            off = left_out(module.tree, fixed)
            for told in _left_out(program, fixed, off) if off else ():
                yield replace(told, trail=(*told.trail, late_step(module, fixed)))


def _left_out(program: Program, fixed: Fixed, off: Off) -> Iterator[Starved]:
    traced = [query for query in program.machine.log.queries if _is_traced(query, fixed)]
    for query in traced:
        if place_in(query.site, off) is None:
            yield from _behind(program, query, off)
    yield from _never_asked(program, traced, off)


def _is_traced(query: Query, fixed: Fixed) -> bool:
    """Whether a gradient is asked for in a traced function, or by `fit` itself."""
    if is_tape(query):
        return query.site.frame.runs_in(fixed.steps.entries)
    return query.scene == "fit" and "fit" in fixed.steps.names


def _behind(program: Program, query: Query, off: Off) -> Iterator[Starved]:
    """The weights that reach a loss only by what is left out."""
    graph = program.machine.graph
    births = [one for one in weights_of(program.machine, query.sources) if could_train(one)]
    for keras, bit in KERAS_BITS.items():
        alive = graph.alive(query.target, query.bit, bit)
        left = graph.backward(query.target, _without(query, bit, off))
        lost = [birth for birth in births if birth.node in alive and birth.node not in left]
        gone = [edge for node in alive - left for edge in graph.outgoing[node] if place_in(edge.site, off)]
        for birth in lost if gone else ():
            yield _starved(birth, place_in(gone[0].site, off), keras)


def _never_asked(program: Program, traced: list[Query], off: Off) -> Iterator[Starved]:
    """The weights that a gradient is asked for only where it is left out."""
    machine = program.machine
    still = [query for query in machine.log.queries if is_tape(query) and not place_in(query.site, off)]
    asked = {birth.node for query in still for birth in weights_of(machine, query.sources)}
    for query in traced:
        place = place_in(query.site, off)
        births = weights_of(machine, query.sources) if place else []
        for birth in [one for one in births if could_train(one) and one.node not in asked]:
            for keras in KERAS_BITS:
                yield _starved(birth, place, keras)


def _starved(birth: Birth, place: Site | None, keras: str) -> Starved:
    assert place is not None
    return starve(birth, Kind.TRACED, place, "left out when it is traced", keras=(keras,), scene="tape")


def _without(query: Query, bit: int, off: Off) -> Callable[[Edge], bool]:
    return lambda edge: edge.flows(query.bit, bit) and place_in(edge.site, off) is None
