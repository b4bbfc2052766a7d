"""The fate of every weight that a module creates: certain, explained by a finding, or unknown and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gradcheck.facts.domain.graph import SUPPOSED
from gradcheck.facts.domain.values import Birth, Instance, Layer
from gradcheck.facts.domain.wording import weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.fates.creations import Creation, creations
from gradcheck.facts.fates.obstacles import obstacle_of
from gradcheck.facts.fates.results import reaches_result
from gradcheck.facts.fates.standing import Standing, Standpoint
from gradcheck.facts.interpreter.transfer.new_weights import truth
from gradcheck.facts.program import Program
from gradcheck.report.fate import Fate, WeightFate
from gradcheck.report.finding import Finding, Location, Weight
from gradcheck.report.kinds import BOTH_KERAS, Kind, Severity
from gradcheck.report.report import spot_of

PARTIAL = frozenset({Kind.LOSSES_IGNORED, Kind.NAN_BEHIND_MASK, Kind.INFINITE_SLOPE})
"""Kinds of which a weight may be well all the same."""

FATES = {
    Kind.UNTRACKED: Fate.UNTRACKED,
    Kind.FROZEN: Fate.FROZEN,
    Kind.WRONG_VARIABLES: Fate.UNLISTED,
    Kind.EMPTY_VARIABLES: Fate.UNLISTED,
    Kind.NOT_APPLIED: Fate.UNLISTED,
    Kind.UNCALLED_LAYER: Fate.UNBUILT,
    Kind.UNUSED_WEIGHT: Fate.UNUSED,
    Kind.DEAD_VALUE: Fate.UNUSED,
    Kind.NOT_IN_LOSS: Fate.UNUSED,
    Kind.REACHES_NOTHING: Fate.UNUSED,
}
"""What a finding says became of its weights; all other kinds cut."""
MOVED = frozenset({"last", "earlier", "restarted"})
"""Cases of gradients that are not applied in which others are, so that the weights move."""

Blamed = dict[Location, list[Starved]]


Views = dict[int, list[Standpoint]]


def fates_of(program: Program, starved: tuple[Starved, ...], views: Views) -> tuple[WeightFate, ...]:
    """One row for each place that creates weights."""
    blamed = _blamed(starved)
    return tuple(_fate(program, made, views, blamed) for made in creations(program))


def trained_elsewhere(program: Program, views: Views, starved: tuple[Starved, ...]) -> tuple[Location, ...]:
    """Where those weights of other modules are created that a training of this one reaches, and of which
    nothing is told. One line may create the weights of many layers, of which some train and some do not."""
    blamed = _blamed(starved)
    reached = (
        view.birth
        for each in views.values()
        for view in each
        if view.query.in_training and view.standing >= Standing.LIVE
    )
    births = dict.fromkeys(
        weight_of(one).birth for one in reached if one.site.frame.module is not program.module
    )
    return tuple(one for one in births if one not in blamed)


def retold(weights: Iterable[WeightFate], findings: Sequence[Finding]) -> Iterator[WeightFate]:
    """The fates of a file's weights once the run of another file has shown faults of them."""
    by_birth: dict[tuple[str, int, int], Finding] = {}
    for finding in findings:
        if not finding.partial and finding.kind not in PARTIAL:
            for weight in finding.weights:
                by_birth.setdefault(spot_of(weight.birth), finding)
    for one in weights:
        found = by_birth.get(spot_of(one.weight.birth))
        yield one if found is None or one.cut else _after(one, found)


def _after(weight: WeightFate, finding: Finding) -> WeightFate:
    fates = dict(weight.fates) | dict.fromkeys(finding.keras, FATES.get(finding.kind, Fate.CUT))
    return replace(weight, fates=tuple(fates.items()), cut=finding.kind)


def _blamed(starved: tuple[Starved, ...]) -> Blamed:
    found: Blamed = {}
    for one in starved:
        nothing_else = one.cut.kind is Kind.LOSSES_IGNORED and one.severity is Severity.ERROR
        if not one.partial and (one.cut.kind not in PARTIAL or nothing_else) and one.cut.variant not in MOVED:
            found.setdefault(one.weight.birth, []).append(one)
    return found


def _fate(program: Program, made: Creation, views: Views, blamed: Blamed) -> WeightFate:
    weight = _weight(program, made)
    findings = blamed.get(weight.birth, [])
    seen = [view for birth in made.births for one in _whole(birth) for view in views.get(one.node, ())]
    fates = tuple((keras, _under(program, keras, made, seen, findings)) for keras in BOTH_KERAS)
    doubtful = [keras for keras, fate in fates if fate is Fate.UNKNOWN]
    obstacle = (
        obstacle_of(program, made, [one for one in seen if one.keras in doubtful]) if doubtful else None
    )
    return WeightFate(weight, fates, findings[0].cut.kind if findings else None, obstacle)


def _whole(birth: Birth) -> list[Birth]:
    """A weight, with those of its layer that the program reads by name: `self.table.embeddings`."""
    layer = birth.owner if birth.of_layer and isinstance(birth.owner, Layer) else None
    return [birth, *(one for one in layer.births if one is not birth)] if layer else [birth]


def _weight(program: Program, made: Creation) -> Weight:
    if made.births:
        weight = weight_of(made.births[0])
        return replace(weight, label=_labels(made))
    module = program.module
    label = made.label or module.code(made.node, 30)
    return Weight(label.rpartition(".")[2], label, module.location(made.node))


def _labels(made: Creation) -> str:
    """What a line's weights are called: rounds of a loop may give each its own name."""
    first, *more = dict.fromkeys(weight_of(birth).label for birth in made.births)
    return ", ".join([first, *more[:2]]) + (", ..." if len(more) > 2 else "")


def _under(
    program: Program, keras: str, made: Creation, views: list[Standpoint], findings: list[Starved]
) -> Fate:
    """Its fate under one Keras: what a finding says, else what training finds, else its class alone."""
    for one in findings:
        if keras in one.keras:
            return FATES.get(one.cut.kind, Fate.CUT)
    mine = [view for view in views if view.keras == keras]
    decisive = [view for view in mine if view.query.in_training] or mine
    if any(view.standing is Standing.SURE for view in decisive):
        return Fate.REACHES
    if made.births and all(_off(birth) for birth in made.births):
        return Fate.FROZEN
    asked = [view for view in mine if not view.query.bit & SUPPOSED]
    if not asked and any(reaches_result(program, birth, keras) for birth in made.births):
        return Fate.REACHES
    return Fate.UNKNOWN


def _off(birth: Birth) -> bool:
    """Whether the layer or the object that has the weight is switched off, for whatever good reason."""
    match birth.owner:
        case Layer(options=kept) | Instance(attributes=kept):
            return truth(kept.get("trainable"), default=True) is False
    return False
