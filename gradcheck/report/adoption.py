"""A finding of the source, told with the variables that a run saw starve, and with their real names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.report.accounts import ANOTHER_LIST
from gradcheck.report.finding import Finding, Step, Weight
from gradcheck.report.kinds import Status
from gradcheck.report.naming import all_of, named_so, names
from gradcheck.report.report import UNJUDGED, line_of, starves
from gradcheck.report.sightings import Sighting
from gradcheck.report.verdict import Probe


def adopted(finding: Finding, meeting: Sequence[Sighting], probes: Sequence[Probe]) -> Finding:
    """The finding with the variables that were seen to starve at its place, too. Where the source could not
    tell what creates them (a model handed to a constructor, a list), the run can.
    """
    strange = [one for one in meeting if not starves(finding, one.verdict)]
    if not strange:
        return finding
    seen = [verdict for probe in probes for verdict in probe.verdicts]
    short = names(probes)
    labelled = len({weight.label for weight in finding.weights}) == 1
    label = finding.weights[0].label if labelled else None
    new = [seen_weight(one, short[one.path], label or short[one.path]) for one in strange]
    if any(starves(finding, verdict) for verdict in seen):
        return replace(finding, weights=tuple(dict.fromkeys((*finding.weights, *new))))
    births = {line_of(weight.birth) for weight in finding.weights}
    trail = [step for step in finding.trail if line_of(step.location) not in births or _is_at(step, finding)]
    if finding.kind in ANOTHER_LIST:
        trail = [replace(step, note="asked for here") if _is_at(step, finding) else step for step in trail]
    created = [Step(one.birth, "created") for one in strange]
    known = replace(
        finding, weights=tuple(dict.fromkeys(new)), trail=tuple(dict.fromkeys([*created, *trail]))
    )
    own = all(one.verdict.status is Status.UNTRACKED for one in strange)
    return _renamed(known, label) if label and own and finding.kind in ANOTHER_LIST else known


def _renamed(finding: Finding, before: str) -> Finding:
    """The finding told of the variables that starve, and not of what was asked in their place."""
    if not finding.message.startswith(before):
        return finding
    starved = [weight.name for weight in finding.weights]
    rest = finding.message.removeprefix(before)
    rest = rest.replace(" gets ", " get ", 1) if len(starved) > 1 else rest
    return replace(finding, message=f"{all_of(starved, alone=False)}{rest}")


def seen_weight(sighting: Sighting, name: str, label: str) -> Weight:
    """The variable of a sighting as a finding has it."""
    return Weight(name, label, sighting.birth, sighting.verdict.variable.owner)


def spelt(finding: Finding, probes: Sequence[Probe]) -> Finding:
    """The finding told with real names where the source only has how they are made: `f"gain_{number}"`."""
    short = names(probes)
    bad = [one for probe in probes for one in probe.verdicts if one.status not in UNJUDGED]
    # What follows the first backtick is the program's own text.
    said, tick, code = finding.message.partition("`")
    for weight in finding.weights if "{" in said else ():
        born = line_of(weight.birth)
        mine = [one.variable for one in bad if one.variable.birth and line_of(one.variable.birth) == born]
        fitting = [name for one in mine if (name := named_so(weight.label, one.path)) is not None]
        real = list(dict.fromkeys(fitting or [short[one.path] for one in mine]))
        if "{" in weight.label and real:
            said = said.replace(weight.label, all_of(real, alone=len(finding.weights) == 1))
    return replace(finding, message=f"{said}{tick}{code}")


def _is_at(step: Step, finding: Finding) -> bool:
    return line_of(step.location) == line_of(finding.location)
