"""The fate of every weight that a program asks a gradient for: alive, cut (and where), or never on the way
to the target."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Set
from itertools import islice

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.frames import ONCE
from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Graph, Site
from gradcheck.facts.domain.kept_by_keras import OUTPUTS
from gradcheck.facts.domain.values import Birth, Instance, Layer, Opaque, Variables, WeightRef
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.weights import handed_in, stand_ins, weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.copies import no_copy
from gradcheck.facts.queries.held import Held
from gradcheck.facts.queries.places import in_a_layer
from gradcheck.facts.queries.strangers import may_bring_weights
from gradcheck.report.kinds import Kind

CUTS_PER_WEIGHT = 3

ZEROS = frozenset({Kind.CONSTANT_OUTPUT, Kind.SATURATED, Kind.ZERO_PRODUCT, Kind.ZERO_SLOPE})
"""Kinds of what makes zeros of a gradient that arrives."""

Way = tuple[Edge, ...]


@dataclass(eq=False, repr=False)
class Answer:
    """What one query found of one weight under one Keras. Without `cuts` and not `live`: no data of it
    reaches the target."""

    query: Query
    birth: Birth
    keras: str
    live: bool
    cuts: tuple[tuple[Edge, Way], ...] = ()


def answers(program: Program) -> list[Answer]:
    """What every query finds of every weight it is about."""
    known: list[Answer] | None = program.memory.get("answers")
    if known is None:
        machine, held = program.machine, Held.of(program.machine)
        taken = {one.node for one in machine.log.gradients}
        known = [answer for query in machine.log.queries for answer in _answer(machine, query, held, taken)]
        program.memory["answers"] = known
    return known


def starving(program: Program) -> Iterator[Answer]:
    """The weights that are not alive, without those that another tape keeps alive: its silence about them
    is meant."""
    alive: dict[object, list[Query]] = {}
    for answer in answers(program):
        if answer.live and answer.query.in_training:
            for name in ((answer.birth.node, answer.keras), _as_made(answer)):
                alive.setdefault(name, []).append(answer.query)
    steps = _Steps(program)
    for answer in answers(program):
        name = (answer.birth.node, answer.keras) if answer.query.in_training else _as_made(answer)
        others = alive.get(name, ())
        if not answer.live and all(steps.leads(other, answer.query) for other in others):
            yield answer


def _as_made(answer: Answer) -> object:
    """A weight by the expression that creates it: classes run more than once."""
    return id(answer.birth.site.node), answer.keras, "call"


class _Steps:
    """Which tapes' gradients are not for training, but steps on the way to what another is asked for."""

    def __init__(self, program: Program) -> None:
        self.graph = program.machine.graph
        self.taken = {one.site: one.node for one in program.machine.log.gradients}
        self.behind: dict[Query, set[int]] = {}

    def leads(self, query: Query, other: Query) -> bool:
        """Whether the one tape's gradients are part of what the other is asked for."""
        if query.site not in self.taken:
            return False
        if other not in self.behind:
            self.behind[other] = self.graph.backward(other.target)
        return self.taken[query.site] in self.behind[other]


def behind_target(machine: Machine, query: Query, taken: Set[int]) -> set[int]:
    """Everything that a target was computed from, not what was copied to a weight before. What a step of
    training writes into a weight afterwards is no part of a loss, though the next round reads it. `taken` are
    the nodes of all gradients."""
    graph, allow = machine.graph, no_copy(machine, query)
    behind = graph.backward(query.target, allow)
    later = [node for node in taken & behind if not _sees(graph, query, node)]
    if not later:
        return behind
    steps = graph.forward(later, lambda edge: not edge.writes and edge.target in behind)
    return graph.backward(
        query.target,
        lambda edge: (not edge.writes or edge.source not in steps) and (allow is None or allow(edge)),
    )


def _sees(graph: Graph, query: Query, node: int) -> bool:
    """Whether the tape of a query records what computes a value."""
    return any(edge.recorded & query.bit for edge in graph.incoming[node])


def _answer(machine: Machine, query: Query, held: Held, taken: Set[int]) -> Iterator[Answer]:
    births = [*weights_of(machine, query.sources), *_standing_for(stand_ins(query.sources))]
    births = [birth for birth in births if birth.trainable is True]
    supposed = [*_standing_for(handed_in(query.sources))]
    if not births and not supposed:
        return
    graph = machine.graph
    behind = behind_target(machine, query, taken)
    away = held.by(query)
    for keras, bit in KERAS_BITS.items():
        alive = graph.alive(query.target, query.bit, bit)
        for birth in births:
            # A regularizer adds a loss of its own, which reads the weight itself.
            live = lives(birth, alive) or birth.node in away or birth.regularized
            lost = not live and birth.node in behind
            cuts = islice(cuts_of(graph, query, birth, bit, behind), CUTS_PER_WEIGHT if lost else 0)
            yield Answer(query, birth, keras, live and not birth.integer, tuple(cuts))
        if (
            supposed
            and not may_bring_weights(machine, query, alive)
            and not any(lives(one, alive) for one in births)
        ):
            yield from _cut_whole(graph, query, supposed, keras, behind)


def _cut_whole(
    graph: Graph, query: Query, supposed: list[Birth], keras: str, behind: set[int]
) -> Iterator[Answer]:
    """Nothing that could be a weight reaches the target, whatever else there may be: where the ways end."""
    for birth in supposed:
        found = cuts_of(graph, query, birth, KERAS_BITS[keras], behind)
        if cuts := tuple(islice(found, CUTS_PER_WEIGHT)):
            yield Answer(query, birth, keras, live=False, cuts=cuts)


def lives(birth: Birth, alive: set[int]) -> bool:
    """Whether a weight, or for one part of a layer's weights the layer that still uses it, is among the
    nodes that a gradient reaches."""
    layer = birth.owner
    if birth.node in alive or not birth.part or not isinstance(layer, Layer):
        return birth.node in alive
    kept = layer.options.get(birth.part)
    own = isinstance(kept, WeightRef) and kept.weight is birth
    return own and any(whole.node in alive for whole in layer.births if not whole.part)


def _standing_for(owners: Iterable[tuple[Opaque | Instance, Variables]]) -> Iterator[Birth]:
    for owner, variables in owners:
        assert owner.node is not None
        label = owner.label or "the model"
        yield Birth(owner.node, variables.site, name=label, label=f"{label}'s variables")


def cuts_of(
    graph: Graph, query: Query, birth: Birth, keras: int, behind: set[int]
) -> Iterator[tuple[Edge, Way]]:
    """The edges where the gradient's way back to a weight ends, nearest first, each with the live edges
    that lead there; `behind` is everything that what is asked for was computed from. One that only helps to
    choose among values of the same weight is left out where there are others."""

    def flows(edge: Edge) -> bool:
        return edge.flows(query.bit, keras)

    found, region = _ends(graph, birth, flows, behind)
    if any(edge.kind in ZEROS for edge, _ in found):
        # Where nothing arrives to be made zero, what cuts nearer to the target is the cause.
        arrived = graph.backward(query.target, lambda edge: edge.kind in ZEROS or flows(edge))
        found, region = _ends(
            graph,
            birth,
            lambda edge: flows(edge) or (edge.kind in ZEROS and edge.target not in arrived),
            behind,
        )
    alone = [cut for cut in found if not _joins(graph, cut[0], region, behind)]
    yield from alone or found


def _ends(
    graph: Graph, birth: Birth, flows: Callable[[Edge], bool], behind: set[int]
) -> tuple[list[tuple[Edge, Way]], dict[int, Edge | None]]:
    """Where the ways from a weight end, and all that they lead to."""
    region = graph.forward([birth.node], lambda edge: edge.target in behind and flows(edge))
    onward = ((edge, node) for node in region for edge in graph.outgoing[node] if edge.target in behind)
    ends = ((edge, node) for edge, node in onward if edge.target not in region and edge.site is not None)
    return [(edge, way_to(region, node)) for edge, node in ends if not flows(edge)], region


def _joins(graph: Graph, cut: Edge, region: dict[int, Edge | None], behind: set[int]) -> bool:
    """Whether all that is made of what a cut leaves meets a value that still carries the gradient: an index
    into the weight itself, a factor of it."""
    waiting, seen = [cut.target], {cut.target}
    while waiting:
        later = {edge.target for edge in graph.outgoing[waiting.pop()]} & behind
        if not later:
            return False
        waiting += later - seen - region.keys()
        seen |= later
    return True


def way_to(region: dict[int, Edge | None], node: int) -> Way:
    """The edges that lead from where a search began to one of the nodes it reached."""
    way: list[Edge] = []
    edge = region[node]
    while edge is not None:
        way.append(edge)
        edge = region[edge.source]
    return tuple(reversed(way))


def kind_of(edge: Edge, query: Query, keras: str) -> Kind:
    """Why this edge does not carry the gradient."""
    if edge.kind is not None and edge.keras & KERAS_BITS[keras]:
        return edge.kind
    if edge.missed is not None:
        return edge.missed
    assert edge.site is not None
    if query.tape is None or (edge.site.frame.phase in ONCE and not _beside_the_tape(query, edge)):
        return Kind.CAPTURED
    return Kind.OUTSIDE_TAPE


def in_graph(edge: Edge) -> bool:
    """Whether a line stands in the constructor of a functional model: it is a part of the graph, whatever its
    input is taken for."""
    function = edge.site.frame.function if edge.site else None
    bound = function.bound if function else None
    return edge.kind is None and isinstance(bound, Instance) and OUTPUTS in bound.attributes


def missed_at(edge: Edge, query: Query) -> Site:
    """Where to point for what a tape missed: the line beside the tape whose call ran it, if there is one."""
    assert edge.site is not None
    node, frame = edge.site.node, edge.site.frame
    beside = {id(site.frame) for site in query.tape.entered} if query.tape else set()
    while frame.outer is not None and id(frame) not in beside and frame.call is not None:
        node, frame = frame.call, frame.outer
    climbed = node is not edge.site.node and id(frame) in beside and _in_loop(query, node)
    return Site(node, frame) if climbed else _called(edge.site)


def _called(site: Site) -> Site:
    """The call of the outermost model or layer whose own code stands at a place: all of it was missed."""
    found = site
    for frame in site.frame.chain():
        if in_a_layer(frame) and frame.outer is not None and frame.call is not None:
            found = Site(frame.call, frame.outer)
    return found


def _in_loop(query: Query, node: ast.expr | ast.stmt) -> bool:
    """Whether a line is run again while the training goes on: for each step of the tape, or each epoch."""
    loop = query.tape.loops[0] if query.tape and query.tape.loops else None
    return loop is None or loop.lineno <= node.lineno <= (loop.end_lineno or loop.lineno)


def _beside_the_tape(query: Query, edge: Edge) -> bool:
    """Whether a line stands in the same body as the tape that missed it: before it or after it, not
    "once"."""
    if query.tape is None or edge.site is None:
        return False
    beside = any(site.frame is edge.site.frame for site in query.tape.entered)
    return beside and _in_loop(query, edge.site.chain or edge.site.node)
