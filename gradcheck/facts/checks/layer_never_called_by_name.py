"""Which layers of a functional model does its builder make and never read, where a call of another one has
their name?"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from typing import TypeGuard

from gradcheck.base.spoken_names import MISTAKEN
from gradcheck.facts.domain.inside import inside
from gradcheck.facts.domain.keras_names import FUNCTIONAL
from gradcheck.facts.domain.values import Birth, Layer
from gradcheck.facts.facts import Starved
from gradcheck.facts.program import Program
from gradcheck.facts.queries.meant_by_name import Mistaken, Named, mistakes
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Every such layer, at that call: `right = left_tower(x)` beside a `right_tower` that nothing reads."""
    machine = program.machine
    if not any(layer.name in FUNCTIONAL for layer in machine.log.layers):
        return
    read = {node.id for node in inside(program.module.tree) if _is_read(node)}
    calls = {call.site.node for call in machine.log.calls if call.symbolic}
    for one in mistakes(program, lambda thing: _is_left(thing, read)):
        if one.site.node in calls and _made_here(one):
            calls.remove(one.site.node)
            yield _told(one)


def _is_read(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _is_left(one: Named, read: Container[str]) -> bool:
    layer = one.thing
    return isinstance(layer, Layer) and not layer.called and not layer.escaped and one.name not in read


def _made_here(one: Mistaken) -> bool:
    return isinstance(one.meant.thing, Layer) and one.meant.thing.site.frame in one.site.frame.chain()


def _told(one: Mistaken) -> Starved:
    made = one.meant.thing
    assert isinstance(made, Layer)
    return starve(
        Birth(-1, made.site, name=one.meant.name, label=one.meant.name, owner=made),
        Kind.UNCALLED_LAYER,
        one.site,
        f"calls `{one.used.name}`",
        detail=one.meant.name,
        severity=Severity.WARNING,
        variant=MISTAKEN,
    )
