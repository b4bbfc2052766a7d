"""Weights that are asked for and of which nothing reaches the target, where no other question says why."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import ALWAYS, Doubt, Edge, Graph, Site
from gradcheck.facts.domain.values import Birth, Choice, Gradients, Instance, Layer, Opaque
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import Names, could_train, looked_after, made_by, meant
from gradcheck.facts.ownership.set_up import unused_as_set_up
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import Answer, answers, behind_target, starving
from gradcheck.facts.queries.held import Held
from gradcheck.facts.queries.other_arms import other_arm, untold
from gradcheck.facts.queries.parts_alone import called_alone
from gradcheck.facts.queries.places import definition
from gradcheck.facts.queries.starve import starve
from gradcheck.facts.queries.strangers import strangers
from gradcheck.report.accounts import AT_A_TEST, UNTOLD
from gradcheck.report.finding import Location
from gradcheck.report.kinds import Kind, Severity

_TESTS = frozenset({"inference", "setup"})
"""The cases in which a test leaves a weight out."""
FILLED = "unconnected_gradients"
"""With this option a program says that it expects some gradients to be missing."""


def unexplained(program: Program, starved: list[Starved]) -> Iterator[Starved]:
    """The weights that are left: every value behind the target is known, and none comes from them."""
    alive = {_as_made(answer) for answer in answers(program) if answer.live and answer.query.in_training}
    lost = [one for one in starving(program) if _may_be_told(one) and _as_made(one) not in alive]
    if not lost:
        return
    machine, told = program.machine, {one.weight.birth for one in starved}
    cuts = {one.cut.location: one for one in starved if not one.partial}
    held = Held.of(machine)
    excused = looked_after(machine)
    for query in dict.fromkeys(answer.query for answer in lost):
        if not _is_known(machine, query):
            continue
        some = _some_are_well(machine, query)
        if not _expected(machine, query, some):
            for answer in lost:
                if answer.query is query and _left(held, answer, told, excused):
                    yield _in_words_of(cuts, _told(held, answer, some))


def _as_made(answer: Answer) -> tuple[tuple[int | str, ...], str]:
    """A weight by the code that creates it: `build` may run more than once."""
    return made_by(answer.birth), answer.keras


def _may_be_told(answer: Answer) -> bool:
    birth = answer.birth
    return answer.query.in_training and not answer.cuts and not birth.part and could_train(birth)


def _is_known(machine: Machine, query: Query) -> bool:
    """Whether all that the target was computed from is known, and which variables are asked for."""
    behind = machine.graph.backward(query.target, lambda edge: bool(edge.recorded & query.bit))
    unclear = isinstance(query.sources, Choice) or any(
        isinstance(held, Opaque) for held in flatten(query.sources)
    )
    return not unclear and not strangers(machine, query, behind)


def _expected(machine: Machine, query: Query, some: bool) -> bool:
    """Whether the program counts on gradients that are missing, or asks somebody else to choose some. Nobody
    counts on all of them: an optimizer of one's own may well pass over what is missing."""
    taken = [one for one in machine.log.gradients if one.site.node is query.site.node]
    calls = (one.site.node for one in taken)
    filled = any(FILLED in {word.arg for word in getattr(call, "keywords", ())} for call in calls)
    return filled or (some and any(_picked(machine, one) for one in taken))


def _picked(machine: Machine, gradients: Gradients) -> bool:
    """Whether the gradients are looked at one by one, and those that are there are chosen."""
    handed = {one.gradients.node for one in machine.log.applied}
    if gradients.node in handed or not machine.graph.outgoing[gradients.node]:
        return False
    edges = machine.graph.forward([gradients.node]).values()
    frames = {edge.site.frame for edge in edges if edge is not None and edge.site is not None}
    return any(_chooses(frame) for frame in {gradients.site.frame, *frames})


def _chooses(frame: Frame) -> bool:
    """Whether a function, or a module's own statements, compare something with None or filter something."""
    node = frame.code
    left: list[ast.AST] = [node] if isinstance(node, ast.Lambda) else [*node.body]
    while left:
        match left.pop():
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
            case ast.Compare(ops=[ast.Is() | ast.IsNot()]) | ast.comprehension(ifs=[_, *_]):
                return True
            case ast.Call(func=ast.Name(id="filter")):
                return True
            case other:
                left += ast.iter_child_nodes(other)
    return False


def _some_are_well(machine: Machine, query: Query) -> bool:
    behind = behind_target(machine, query, {one.node for one in machine.log.gradients})
    return any(birth.node in behind for birth in weights_of(machine, query.sources))


def _left(held: Held, answer: Answer, told: set[Location], excused: Names) -> bool:
    """Whether no check reported a weight, and nothing unknown had it that could bring it to the target."""
    birth, machine = answer.birth, held.machine
    if not told.isdisjoint(_born_at(birth)) or meant(birth, excused):
        return False
    reached = machine.graph.forward([birth.node], lambda edge: edge.kind is None).keys()
    doubts = [machine.graph.doubts.get(node) for node in reached & machine.graph.unknown]
    missed = all(doubt is not None and _is_missed(held, doubt, answer.query) for doubt in doubts)
    return missed and birth.node not in held.by(answer.query) and not _is_unbuilt(machine, birth)


def _is_unbuilt(machine: Machine, birth: Birth) -> bool:
    """Whether a layer has no weights, since its object is set up not to call it."""
    holder = birth.owner.owner if isinstance(birth.owner, Layer) else None
    return isinstance(holder, Instance) and unused_as_set_up(machine, birth, holder) is not None


def _born_at(birth: Birth) -> Iterator[Location]:
    """Where a weight is created, and the calls of factories that it is created in: a whole model goes by
    those."""
    yield birth.site.frame.module.location(birth.site.node)
    for frame in birth.site.frame.chain():
        if frame.call is not None and frame.outer is not None:
            yield frame.outer.module.location(frame.call)


def _is_missed(held: Held, doubt: Doubt, query: Query) -> bool:
    """Whether what something unknown computed of a value can be no way to the target: no tape that is asked
    saw it, or it came too late."""
    return not doubt.recorded & query.bit or held.after(doubt.site, query.site)


def _told(held: Held, answer: Answer, some: bool) -> Starved:
    site, note, variant = _place(held, answer)
    detail = AT_A_TEST if variant in _TESTS else ""
    if quiet := untold(held.machine, answer.birth, _end(held, answer)):
        (site, detail), note, variant = quiet, "goes past it", UNTOLD
    return starve(
        answer.birth,
        Kind.REACHES_NOTHING,
        site,
        note,
        keras=(answer.keras,),
        detail=detail,
        scene=answer.query.scene,
        severity=Severity.WARNING if some else None,
        variant=variant,
    )


def _in_words_of(cuts: dict[Location, Starved], new: Starved) -> Starved:
    """What ends where a check has told of another weight, ends for the same reason."""
    known = cuts.get(new.cut.location)
    if known is None:
        return new
    trail = (*new.trail[:1], *known.trail[-1:])
    return replace(new, cut=known.cut, trail=trail, scene=known.scene, severity=known.severity)


def _place(held: Held, answer: Answer) -> tuple[Site, str, str]:
    """Where the data of a weight goes another way before the gradient is asked for, and the case that is;
    else the loss, or, where `fit` computes that, where the weight is made."""
    query, end = answer.query, _end(held, answer)
    if call := _refused(held.machine, answer.birth):
        return call, "raises, and is passed over", "refused"
    if part := called_alone(held.machine, answer.birth, query):
        return part, "goes past the rest", "part"
    if test := other_arm(held.machine, answer.birth, end):
        return test.site, "goes the other way", "inference" if test.trains else "setup"
    if end:
        return end, "goes no further than this", ""
    if loss := definition(held.machine, query):
        return loss, "computed without it", ""
    if query.tape is None:
        return answer.birth.site, "no forward pass reads it", ""
    return query.site, "asked for here", ""


def _refused(machine: Machine, birth: Birth) -> Site | None:
    """The call of a weight's layer, or of what that is a part of, that always raises."""
    for one in machine.log.refused:
        if any(own.node == birth.node for own in weights_of(machine, one.owner)):
            return one.site
    return None


def _end(held: Held, answer: Answer) -> Site | None:
    """Where the farthest value that was computed from a weight stands, before the gradient is asked for: one
    of several results may be left alone on the way."""
    graph, query = held.machine.graph, answer.query
    edges = graph.forward([answer.birth.node], lambda edge: not edge.writes)
    others = {node for other in held.machine.log.queries if other is not query for node in other.target}
    if not others.isdisjoint(edges):
        return None  # it is what another loss is computed from
    ends = [_computed(graph, edges, node) for node in edges if not graph.outgoing[node]]
    early = [edge for edge in ends if edge and edge.site and not held.after(edge.site, query.site)]
    seen = [edge for edge in early if query.tape is None or edge.recorded not in (0, ALWAYS)]
    best = seen[-1:] or early[:1]
    return best[0].site if best else None


def _computed(graph: Graph, edges: dict[int, Edge | None], node: int) -> Edge | None:
    """The expression that computes a value; where branches or rounds meet, what the farthest one computes."""
    order = {one: place for place, one in enumerate(edges)}
    passed = {node}
    while (edge := edges[node]) is not None and not (edge.site and isinstance(edge.site.node, ast.expr)):
        sources = {one.source for one in graph.incoming[node]} & edges.keys() - passed
        if not sources:
            return None
        node = max(sources, key=order.__getitem__)
        passed.add(node)
    return edge
