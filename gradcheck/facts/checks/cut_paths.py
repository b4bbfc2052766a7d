"""Which weights have a way to the loss, but none that carries a gradient?

This decides every rule whose kind is written in an effect row (`gradcheck/facts/effects`): there, what cuts
is a library call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from gradcheck.base.straight_through import THROUGH, passes_by
from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Graph, Site
from gradcheck.facts.domain.inside import placed
from gradcheck.facts.domain.wording import NOTES, cut_at, location_of, seen_from, weight_of
from gradcheck.facts.effects.row import effect
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.custom_factors import FACTOR
from gradcheck.facts.interpreter.transfer.custom_gradient import CLOSURE
from gradcheck.facts.numerics.batches import OF_ONE
from gradcheck.facts.numerics.cancelling import CANCELS
from gradcheck.facts.numerics.constant_outputs import SOFTMAX
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.opposed_masks import OPPOSED
from gradcheck.facts.numerics.saturation import SMOOTH, UNSET
from gradcheck.facts.ownership.rates import origin
from gradcheck.facts.program import Program
from gradcheck.facts.queries.exchanged_arguments import with_exchanged_arguments
from gradcheck.facts.queries.fates import ZEROS, Answer, Way, kind_of, missed_at, starving
from gradcheck.facts.queries.loss_parameters import with_exchanged_parameters
from gradcheck.facts.queries.made_numbers import brought_in, made_numbers
from gradcheck.facts.queries.other_arms import other_arm
from gradcheck.facts.queries.starve import trail
from gradcheck.report.accounts import AS_DATA, BEHIND_TEST, CLOSED, NUMBERS, PIPELINE, STATISTIC
from gradcheck.report.finding import Location, Step
from gradcheck.report.kinds import Kind, Severity
from gradcheck.source.parse import Module


def ask(program: Program) -> Iterator[Starved]:
    """Every weight whose every path is cut, with its cuts."""
    refined, answers = _refined(program), list(starving(program))
    idle = _idle_in_training(program.machine, answers)
    told = [one for one in answers if one.query.in_training or one.birth.site.node not in idle]
    found = [one for answer in told for one in _cuts(program.module, program.machine, answer, refined)]
    zeros = _starting_at_zero(program) if any(one.cut.kind is Kind.ZERO_PRODUCT for one in found) else set()
    for one in found:
        last = _behind_zeros(one, found, zeros) if one.cut.kind is Kind.ZERO_PRODUCT else one
        yield _at_its_start(last, found, zeros) if one.cut.kind is Kind.ZERO_PRODUCT else one


def _idle_in_training(machine: Machine, answers: list[Answer]) -> set[ast.AST]:
    """Where weights are created that a flag leaves out while the model trains: what cuts them at inference
    is of no account."""
    if not any(one.trains for one in machine.log.not_taken):
        return set()
    unused = (one.birth for one in answers if one.query.in_training and not one.cuts)
    return {birth.site.node for birth in unused if other_arm(machine, birth, None) is not None}


def _behind_zeros(one: Starved, found: list[Starved], zeros: set[Location]) -> Starved:
    """What a factor that stays at zero keeps from moving is told with that factor, where that one ends."""
    stuck = (
        other
        for other in found
        if other.cut.kind is one.cut.kind
        and other.weight.birth in zeros
        and other.cut.location != one.cut.location
        if any(step.location == one.cut.location for step in other.trail)
    )
    kept = next(stuck, None)
    return one if kept is None else replace(one, cut=kept.cut, trail=(*one.trail, *kept.trail[-1:]))


def _at_its_start(one: Starved, found: list[Starved], zeros: set[Location]) -> Starved:
    """A product of weights that all start at zero is reported where the first of them starts, since that is
    the line to change."""
    births = {
        other.weight.birth
        for other in found
        if other.cut.kind is one.cut.kind and other.cut.location == one.cut.location
    }
    if len(births) < 2 or not births & zeros:
        return one
    start = min(births & zeros)
    product = Step(one.cut.location, "multiplies by zero")
    trail = (Step(start, "starts at zero, as does the other factor"), product)
    return replace(one, cut=replace(one.cut, location=start), trail=trail)


def _starting_at_zero(program: Program) -> set[Location]:
    """Where the weights are created whose first value is zero."""
    starts = Starts(program.machine)
    return {weight_of(birth).birth for birth in program.machine.log.births if starts.first(birth) == 0.0}


def _refined(program: Program) -> set[int]:
    """What the next round of a loop starts from: a guess that every round betters is stopped on purpose."""
    graph = program.machine.graph
    return graph.backward(node for carried in program.machine.log.carried.values() for node in carried)


class Told(NamedTuple):
    """What is said of a cut: its kind, the edge that cuts, where to point, and the case that has words of its
    own."""

    kind: Kind
    edge: Edge
    site: Site
    variant: str


def _told(machine: Machine, answer: Answer, edge: Edge) -> Told:
    graph = machine.graph
    assert edge.site is not None
    kind = kind_of(edge, answer.query, answer.keras)
    if kind in (Kind.OUTSIDE_TAPE, Kind.CAPTURED) and (made := precomputed(graph, answer)) is not None:
        return Told(Kind.OUTSIDE_TAPE, edge, made, _variant(Kind.OUTSIDE_TAPE, edge))
    if kind is not Kind.OUTSIDE_TAPE:
        return Told(kind, edge, edge.site, _variant(kind, edge))
    number = made_numbers(graph, answer, edge)
    if number is not None and (used := brought_in(machine, answer, number)) is not None:
        return Told(kind, number, used, NUMBERS)
    if number is not None and number.kind is Kind.PYTHON_NUMBER:
        return Told(number.kind, number, number.site or edge.site, _variant(number.kind, number))
    return Told(kind, edge, missed_at(edge, answer.query), _variant(kind, edge))


FLAG = "flag"
_VARIANTS = frozenset(
    {
        "kept",
        "zeros",
        BEHIND_TEST,
        CANCELS,
        CLOSED,
        CLOSURE,
        FACTOR,
        OF_ONE,
        OPPOSED,
        PIPELINE,
        SMOOTH,
        STATISTIC,
        UNSET,
    }
)
"""Details of a cut that are told in words of their own."""


def _cuts(module: Module, machine: Machine, answer: Answer, refined: set[int]) -> Iterator[Starved]:
    graph, weight = machine.graph, weight_of(answer.birth)
    for edge, way in _under_the_tape(answer, _telling(_without_written(graph, answer))):
        kind, edge, site, variant = _told(machine, answer, edge)
        seen = seen_from(module, site, answer.birth)
        detail = NUMBERS if variant == NUMBERS else edge.detail or _softmax(machine, kind, edge)
        seen = _flag(seen, edge) if variant == FLAG else _given(seen) if variant == FACTOR else seen
        cut = cut_at(seen, kind, detail)
        cut = replace(cut, variant=variant)
        cut = (None if kind in ZEROS else with_exchanged_parameters(site)) or cut
        if kind is Kind.STOPPED:
            cut = with_exchanged_arguments(site) or cut
        steps = tuple(trail(answer.birth, way, cut))
        if variant == NUMBERS and edge.site is not None:
            made = Step(location_of(edge.site), "becomes plain numbers here")
            steps = (*steps[:-1], made, steps[-1])
        elif seen.frame.module is not site.frame.module:
            steps = _with_place(steps, Step(location_of(site), NOTES.get(kind, "the path ends here")))
        if kind is Kind.METRIC and not answer.query.in_training:
            continue  # what a step returns to be shown is not what it trains by
        # A layer that stops a part of itself may mean it: another class can train that part.
        meant = Severity.WARNING if kind is Kind.STOPPED and not answer.query.in_training else None
        if meant is not None and answer.birth.of_layer and edge.target in refined:
            continue
        yield Starved(weight, cut, steps, (answer.keras,), answer.query.scene, meant)


def _softmax(machine: Machine, kind: Kind, edge: Edge) -> str:
    """The name of a softmax that answers with a constant: it has words of its own."""
    operation = machine.operations.get(edge.target) if kind is Kind.CONSTANT_OUTPUT else None
    return operation.word if operation is not None and operation.word in SOFTMAX else ""


def _with_place(steps: tuple[Step, ...], place: Step) -> tuple[Step, ...]:
    """The steps of a path that is told of where another file's function is called, and the place in there."""
    *before, last = steps
    line = place.location.path, place.location.line
    passed = [one for one in before if (one.location.path, one.location.line) != line]
    return (*passed, place, replace(last, note="called here"))


def _under_the_tape(answer: Answer, cuts: Iterable[tuple[Edge, Way]]) -> list[tuple[Edge, Way]]:
    """The cuts without those of an earlier pass, where one under the tape cuts as well: what that pass left
    is data, such as the actions that were taken."""
    found = list(cuts)
    inside = [one for one in found if one[0].recorded & answer.query.bit]
    return [one for one in found if one in inside or one[0].kind not in AS_DATA] if inside else found


def _flag(site: Site, edge: Edge) -> Site:
    """The argument by which a call is told to take no gradient."""
    row, call = effect(edge.detail), site.node
    name = row.off.name if row is not None and row.off is not None else ""
    keywords = call.keywords if isinstance(call, ast.Call) else ()
    given = next((one for one in keywords if one.arg == name), None)
    return site if given is None else site._replace(node=placed(given))


def _given(site: Site) -> Site:
    """What a name is given that makes a gradient zero: the default of a parameter, say."""
    tree = site.frame.module.tree
    return site._replace(node=origin(tree, site.node)) if isinstance(site.node, ast.expr) else site


def _variant(kind: Kind, edge: Edge) -> str:
    """The case of the fault that has words of its own: of a top k, say, only the places are used."""
    if edge.detail in _VARIANTS:
        return edge.detail
    if kind is Kind.STOPPED and (row := effect(edge.detail)) is not None and row.off is not None:
        return FLAG
    if kind is Kind.STOPPED and edge.site and passes_by(edge.site.frame.code, edge.site.node):
        return THROUGH
    row = effect(edge.detail) if kind is Kind.NO_GRADIENT else None
    parted = row is not None and row.kind is None and any(part.kind is kind for part in row.outs)
    return "places" if parted else ""


def precomputed(graph: Graph, answer: Answer) -> Site | None:
    """Where the loss is computed that `minimize` is given as a value: all of it before its tape."""
    query = answer.query
    edges = [edge for node in query.target for edge in graph.incoming[node]]
    seen = any(edge.flows(query.bit, KERAS_BITS[answer.keras]) for edge in edges)
    if query.scene != "minimize" or seen or not edges:
        return None
    return edges[0].site


def _without_written(graph: Graph, answer: Answer) -> tuple[tuple[Edge, Way], ...]:
    """The cuts of a weight, without what a tape missed of a value that goes on through an assignment alone:
    where that is a cut, too, it would be one under the tape."""
    if not any(edge.writes for edge, _ in answer.cuts):
        return answer.cuts
    return tuple(
        (edge, way)
        for edge, way in answer.cuts
        if edge.kind is not None or _goes_on(graph, edge.target, answer.query.target)
    )


def _goes_on(graph: Graph, node: int, target: tuple[int, ...]) -> bool:
    """Whether a value reaches the target without being assigned to a variable."""
    reached = graph.forward([node], lambda edge: not edge.writes)
    return not reached.keys().isdisjoint(target)


def _telling(cuts: tuple[tuple[Edge, Way], ...]) -> tuple[tuple[Edge, Way], ...]:
    """Zeros that arrive on one path are what a weight gets, whatever is missing on the others. That a model
    was copied, or a term stopped, is reported only where nothing else is."""
    zeros = tuple(cut for cut in cuts if cut[0].kind in ZEROS)
    meant = (cut for cut in cuts if cut[0].detail != "get_weights()" and cut[0].kind is not Kind.STOPPED)
    return zeros or tuple(meant) or tuple(cut for cut in cuts if cut[0].detail != "get_weights()") or cuts
