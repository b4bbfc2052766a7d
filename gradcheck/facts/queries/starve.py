"""What a question yields: one weight, the place that starves it, and the way between the two."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.report.finding import Step
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
