"""The flow graph answers by its edges alone."""

from __future__ import annotations

import pytest

from gradcheck.facts.domain.graph import ALWAYS, AMBIENT, EITHER, KERAS_2, KERAS_3, Edge, Graph
from gradcheck.report.kinds import Kind


def chain(*edges: dict[str, object]) -> tuple[Graph, list[int]]:
    graph = Graph()
    nodes = [graph.node() for _ in range(len(edges) + 1)]
    for source, target, options in zip(nodes, nodes[1:], edges, strict=False):
        graph.connect(Edge(source, target, None, **options))
    return graph, nodes


def test_everything_behind_a_node_is_reached_through_cuts():
    graph, (weight, cut, loss) = chain({}, {"kind": Kind.STOPPED})
    assert graph.backward([loss]) == {weight, cut, loss}


def test_a_gradient_stops_at_a_cut():
    graph, (weight, cut, loss) = chain({}, {"kind": Kind.STOPPED})
    assert graph.backward([loss], lambda edge: edge.flows(AMBIENT, EITHER)) == {loss}
    assert list(graph.forward([weight], lambda edge: edge.flows(AMBIENT, EITHER))) == [weight, cut]


@pytest.mark.parametrize(("asked", "flows"), [(KERAS_2, True), (KERAS_3, False)])
def test_a_cut_may_exist_under_one_keras_only(asked, flows):
    edge = Edge(0, 1, None, Kind.CAPTURED_BY_OBJECT, KERAS_3)
    assert edge.flows(AMBIENT, asked) is flows


@pytest.mark.parametrize(
    ("recorded", "tape", "flows"),
    [(0, 2, False), (2, 2, True), (4, 2, False), (6, 2, True), (ALWAYS, 8, True)],
)
def test_a_tape_sees_only_what_it_recorded(recorded, tape, flows):
    assert Edge(0, 1, None, recorded=recorded).flows(tape, EITHER) is flows


def test_one_live_path_is_enough():
    graph, (weight, _, loss) = chain({}, {"kind": Kind.NO_GRADIENT})
    graph.connect(Edge(weight, loss, None))
    assert weight in graph.backward([loss], lambda edge: edge.flows(AMBIENT, EITHER))


def test_a_cycle_ends():
    graph, (weight, state, loss) = chain({}, {})
    graph.connect(Edge(loss, state, None))
    assert graph.backward([loss]) == {weight, state, loss}
