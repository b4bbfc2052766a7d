"""A term of a loss that is a copy of another one, which is why an output is in no term."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from gradcheck.base.copied_terms import Copy, Pair, alike, copied
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.domain.wording import cut_at
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import in_a_layer
from gradcheck.report.finding import Cut
from gradcheck.report.kinds import Kind
from gradcheck.source.parse import Module

DRAWS = (".sample", ".dropout")


class Terms(NamedTuple):
    """The terms of one loss that are written alike, and the frames that compute it, by expression."""

    pairs: list[Pair]
    frames: dict[int, Frame]


def copy_of(program: Program, query: Query, birth: Birth) -> Cut | None:
    """The cut at such a term of the module that a loss is computed by."""
    known: dict[Query, Terms] = program.memory.setdefault("terms", {})
    if query not in known:
        known[query] = _terms(program, query)
    pairs, frames = known[query]
    found = copied(pairs, (birth.name, birth.label))
    if found is None:
        return None
    return _told(found, next(frames[id(node)] for node in ast.walk(found.value) if id(node) in frames))


def _terms(program: Program, query: Query) -> Terms:
    machine, module = program.machine, program.module
    frames = {id(one.node): one.frame for one in _sites(machine, query) if one.frame.module is module}
    acting = {id(site.node) for site in _acting(machine)} if frames else set()

    def counts(value: ast.expr) -> bool:
        inside = {id(node) for node in ast.walk(value)}
        return not inside.isdisjoint(frames) and inside.isdisjoint(acting)

    return Terms(alike(module.tree, counts) if frames else [], frames)


def _told(found: Copy, frame: Frame) -> Cut:
    cut = cut_at(Site(found.value, frame), Kind.NOT_IN_LOSS)
    if found.name is None or found.like is None:
        return replace(cut, variant="twice")
    name, like = (_spelt(frame.module, one) for one in (found.name, found.like))
    return replace(cut, code=name, detail=like, variant="copied")


def _spelt(module: Module, name: ast.expr | str) -> str:
    return name if isinstance(name, str) else module.code(name)


def _sites(machine: Machine, query: Query) -> Iterator[Site]:
    """Where the loss is computed from weights, as far as the function that asks, and no layer's call."""
    graph = machine.graph
    moved = graph.forward([birth.node for birth in machine.log.births])
    for node in graph.backward(query.target) & moved.keys():
        for edge in graph.incoming[node]:
            if edge.site is not None:
                yield from _within(edge.site.outward(), query)


def _within(sites: Iterable[Site], query: Query) -> list[Site]:
    """The places outside of a model's call, none where the function that asks is not among them."""
    found: list[Site] = []
    for site in sites:
        found = [] if in_a_layer(site.frame) else [*found, site]
        if site.frame is query.site.frame:
            return found
    return []


def _acting(machine: Machine) -> Iterator[Site]:
    """Where models are called and numbers are drawn, which may be meant to happen twice."""
    for call in machine.log.calls:
        yield from call.site.outward()
    called = ((one.name, one.site) for one in machine.log.library_calls)
    computed = ((one.name, one.site) for one in machine.operations.values())
    for name, site in (*called, *computed):
        if ".random." in name or name.endswith(DRAWS):
            yield from site.outward()
