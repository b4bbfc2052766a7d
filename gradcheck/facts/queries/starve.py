"""What a question yields: one weight, the place that starves it, and the way between the two."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Layer
from gradcheck.facts.domain.wording import NOTES, NOTES_OF_CASES, cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.queries.fates import Way
from gradcheck.report.finding import Cut, Step
from gradcheck.report.kinds import BOTH_KERAS, Kind, Severity


def starve(
    birth: Birth,
    kind: Kind,
    site: Site,
    note: str = "",
    *,
    keras: tuple[str, ...] = BOTH_KERAS,
    scene: str = "call",
    detail: str = "",
    severity: Severity | None = None,
    variant: str = "",
) -> Starved:
    """This weight is starved at this place; `note` says what the place does."""
    weight, cut = weight_of(birth), replace(cut_at(site, kind, detail), variant=variant)
    born = Step(weight.birth, "created")
    trail = (born,) if cut.location == weight.birth or not note else (born, Step(cut.location, note))
    return Starved(weight, cut, trail, keras, scene, severity)


def trail(birth: Birth, way: Way, cut: Cut) -> Iterator[Step]:
    """The user's own lines from a weight's birth to the cut."""
    yield Step(birth.site.frame.module.location(birth.site.node), "created")
    passed = {id(birth.site.node)}
    for step in way:
        if (
            step.site is not None
            and id(step.site.node) not in passed
            and isinstance(step.site.node, ast.expr)
        ):
            passed.add(id(step.site.node))
            location = step.site.frame.module.location(step.site.node)
            if location != cut.location:
                yield Step(location, "flows through here")
    note = NOTES_OF_CASES.get(cut.variant) or NOTES.get(cut.kind, "the path ends here")
    yield Step(cut.location, note)


def part_of(layer: Layer, birth: Birth, part: str) -> Birth:
    """One weight of a library layer (`kernel`), of which only the layer is known."""
    made = birth.site.frame.module.code(birth.site.node, 30)
    label = f"{layer.label or birth.label or birth.name or made}.{part}"
    return Birth(-1, birth.site, name=birth.name or layer.label.rpartition(".")[2], label=label)
