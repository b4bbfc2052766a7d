"""Facts: what a module does to its weights, frozen. Rules ask questions here; they never see a syntax
tree."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.finding import Cut, Location, Step, Weight
from gradcheck.report.kinds import BOTH_KERAS, Kind, Severity


@dataclass(frozen=True)
class Starved:
    """One weight none of whose paths to the loss carries a gradient, and one place where they are cut.

    `partial`: other paths of the weight do carry one; only what goes through here is lost.

    `severity` differs from the rule's own where this case is more or less certain than most.
    """

    weight: Weight
    cut: Cut
    trail: tuple[Step, ...]
    keras: tuple[str, ...]
    scene: str
    severity: Severity | None = None
    partial: bool = False


@dataclass(frozen=True)
class StarvedGroup:
    """One cut with all the weights it starves, as a rule reports it."""

    cut: Cut
    weights: tuple[Weight, ...]
    trail: tuple[Step, ...]
    keras: tuple[str, ...]
    scene: str
    severity: Severity | None = None
    partial: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of one module."""

    path: str
    starved: tuple[Starved, ...] = ()

    def cuts(self, kind: Kind) -> Iterator[StarvedGroup]:
        """The cuts of one kind, each once, in source order."""
        grouped: dict[tuple[Location, tuple[str, ...], bool], list[Starved]] = {}
        for one in self.starved:
            if one.cut.kind is kind:
                grouped.setdefault((one.cut.location, one.keras, one.partial), []).append(one)
        for (_, keras, _), group in sorted(grouped.items(), key=lambda entry: entry[0]):
            first = group[0]
            weights = tuple(dict.fromkeys(one.weight for one in group))
            yield StarvedGroup(
                first.cut, weights, first.trail, keras, first.scene, first.severity, first.partial
            )


def merge_keras(facts: list[Starved]) -> tuple[Starved, ...]:
    """One entry where the same weight is starved at the same place under both Kerases."""
    merged: dict[tuple[Weight, Location, Kind], Starved] = {}
    for one in facts:
        key = (one.weight, one.cut.location, one.cut.kind)
        old = merged.get(key)
        if old is None:
            merged[key] = one
        else:
            keras = tuple(name for name in BOTH_KERAS if name in old.keras or name in one.keras)
            merged[key] = Starved(old.weight, old.cut, old.trail, keras, old.scene, old.severity, old.partial)
    return tuple(merged.values())
