"""Where the halves meet: findings x verdicts -> confirmed, refuted, not reached, or seen by the probe only.

The key is the birth line of a variable; a cut's line or kind decides which finding is meant. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.report.accounts import (
    ALSO_SHOWN_AS,
    ANOTHER_LIST,
    AS_DATA,
    AT_A_TEST,
    BY_CHANCE,
    CASES_SHOWN_AS,
    DELIBERATE,
    DROPPED,
    GUESSED,
    IRREFUTABLE,
    LISTS,
    MILD,
    NEARER,
    OF_A_PHASE,
    OF_THE_LOOP,
    PASSES,
    SEVERAL,
    SHOWN_BY_FLOW,
    SILENT,
    SYMPTOMS,
    UNLISTED,
    USELESS,
)
from gradcheck.report.adoption import adopted, seen_weight, spelt
from gradcheck.report.fate import WeightFate
from gradcheck.report.finding import OF_NOTHING, Cut, Finding, Location, Step
from gradcheck.report.kinds import Evidence, Kind, Severity, Status
from gradcheck.report.naming import labels, names
from gradcheck.report.overlaps import absorbed, once, overlap, together
from gradcheck.report.report import UNJUDGED, Report, line_of, starves
from gradcheck.report.sightings import Sighting
from gradcheck.report.verdict import Probe
from gradcheck.rule import Rule


def confirm(report: Report, rules: Mapping[Kind, Rule]) -> Report:
    """The report of both halves, joined: one cut is one finding, whichever half saw it."""
    sightings = tuple(_sightings(report.probes))
    foretold = once(report.findings)
    meetings = [_meeting(finding, report.probes, sightings, foretold) for finding in foretold]
    judged = [_judge(finding, report.probes, met) for finding, met in zip(foretold, meetings, strict=True)]
    kept = tuple(finding for finding, refuted in judged if not refuted)
    accusing = (one for one in sightings if one.cause or one.verdict.status not in SILENT)
    explained = {id(one) for met in meetings for one in met}
    whole = _told_whole(zip(foretold, meetings, strict=True))
    unexplained = (one for one in accusing if id(one) not in explained and not _is_data(one, whole))
    seen = _seen_only(unexplained, rules, report.probes)
    found = _by_cause(absorbed(once((*_not_elsewhere(kept, report.probes), *seen))))
    told = sorted(found, key=lambda finding: _doubt(finding, report.probes))
    return replace(
        report,
        findings=together(told),
        refuted=(*report.refuted, *(_refuted(finding) for finding, refuted in judged if refuted)),
        weights=tuple(_seen_of(weight, report.probes) for weight in report.weights),
    )


def _told_whole(findings: Iterable[tuple[Finding, list[Sighting]]]) -> set[tuple[str, str]]:
    """The variables, under each Keras, of which the source shows every way to the loss, each of them cut."""
    whole = (met for finding, met in findings if finding.severity is Severity.ERROR and not finding.partial)
    return {(one.keras, one.path) for met in whole for one in met}


def _is_data(sighting: Sighting, told: set[tuple[str, str]]) -> bool:
    """Whether a run takes the numbers of an earlier pass for the cut of a variable that is told of."""
    cause = sighting.cause
    return cause is not None and cause.cut.kind in AS_DATA and (sighting.keras, sighting.path) in told


def _by_cause(findings: Sequence[Finding]) -> list[Finding]:
    """Without those that only say that nothing of a weight reaches the loss, where another one says why."""
    told = {
        line_of(weight.birth)
        for finding in findings
        if finding.kind is not Kind.REACHES_NOTHING
        for weight in finding.weights
    }
    return [
        finding
        for finding in findings
        if finding.kind is not Kind.REACHES_NOTHING
        or not all(line_of(weight.birth) in told for weight in finding.weights)
    ]


def _doubt(finding: Finding, probes: Sequence[Probe]) -> tuple[bool, bool, bool, bool, str, Location]:
    """What is most certain comes first: then a reader who repairs one thing at a time repairs the cause. What
    the run blamed on another line is less certain than that line.
    """
    unknown, mild = finding.kind is Kind.UNEXPLAINED, finding.severity is not Severity.ERROR
    mine = [probe for probe in probes if major(probe) in finding.keras]
    seen = [verdict for probe in mine for verdict in probe.verdicts if starves(finding, verdict)]
    blamed = any(verdict.causes and verdict.status not in UNJUDGED for verdict in seen)
    elsewhere = finding.evidence is Evidence.STATIC and blamed
    return unknown, mild, finding.kind in SYMPTOMS, elsewhere, finding.location.path, finding.location


def _seen_of(weight: WeightFate, probes: Iterable[Probe]) -> WeightFate:
    """A weight with what was seen of the variables that its line creates."""
    seen = {
        verdict.status
        for probe in probes
        for verdict in probe.verdicts
        if verdict.variable.birth and line_of(verdict.variable.birth) == line_of(weight.weight.birth)
    }
    return replace(weight, seen=tuple(status for status in Status if status in seen))


def major(probe: Probe) -> str:
    """The Keras a probe ran, as findings name it: "2" or "3"."""
    return "3" if probe.keras.startswith("3") else "2"


def _sightings(probes: Iterable[Probe]) -> Iterator[Sighting]:
    for probe in probes:
        for verdict in probe.verdicts:
            # A zero that nothing explains cancels out: a bias before normalisation, a critic's last bias.
            silent = verdict.status in UNJUDGED or verdict.status is Status.ZERO
            for cause in verdict.causes or (() if silent else (None,)):
                yield Sighting(verdict, cause, probe.target.partition(":")[0], major(probe))


def _meeting(
    finding: Finding, probes: Sequence[Probe], sightings: Sequence[Sighting], others: Sequence[Finding]
) -> list[Sighting]:
    """The sightings that confirm a finding, and those that blame the same cut as one of these does. Where
    the finding's own variables are seen to train, another fault at the same place does not confirm it.
    """
    met = [one for one in sightings if _meets(one, finding) and not _told_nearer(one, finding, others)]
    met = met or _strangers(finding, probes, sightings)
    if any(_flows(finding, probe) for probe in probes if major(probe) in finding.keras):
        return [one for one in met if starves(finding, one.verdict) or _alike(one, finding)]
    cuts = {(one.keras, *_spot(one.cause.cut)) for one in met if one.cause is not None}
    whole = (one for one in sightings if one.cause is not None and not one.partial)
    same = {id(one) for one in whole if one.cause and (one.keras, *_spot(one.cause.cut)) in cuts}
    return [one for one in sightings if id(one) in same or any(one is other for other in met)]


def _strangers(finding: Finding, probes: Sequence[Probe], sightings: Sequence[Sighting]) -> list[Sighting]:
    """The variables that no list holds, where one was asked for that holds others, or none: a program's own,
    which no layer is made for.
    """
    seen = any(starves(finding, verdict) for probe in probes for verdict in probe.verdicts)
    if seen or finding.kind not in ANOTHER_LIST or finding.severity is not Severity.ERROR:
        return []
    file, _ = line_of(finding.location)
    untracked = (one for one in sightings if one.verdict.status is Status.UNTRACKED)
    own = (one for one in untracked if one.verdict.variable.owner == OF_NOTHING)
    return [one for one in own if one.keras in finding.keras and line_of(one.birth)[0] == file]


def _told_nearer(sighting: Sighting, finding: Finding, others: Sequence[Finding]) -> bool:
    """Whether another finding of this kind stands at the very place that the run blames, and this one does
    not.
    """
    if sighting.cause is None or not _alike(sighting, finding):
        return False
    at = sighting.cause.cut.location
    there = [one for one in others if one.kind is finding.kind and overlap(at, one.location)]
    return bool(there) and finding not in there


def _alike(sighting: Sighting, finding: Finding) -> bool:
    return sighting.cause is not None and sighting.cause.cut.kind is finding.kind


def _not_elsewhere(findings: Sequence[Finding], probes: Sequence[Probe]) -> Iterator[Finding]:
    """Without those that the run did not see although it named, for each of their variables, a line that is
    to blame: what is left when that is repaired, the next run tells.
    """
    for finding in findings:
        mine = [probe for probe in probes if major(probe) in finding.keras and not _another(finding, probe)]
        seen = [one for probe in mine for one in probe.verdicts if starves(finding, one)]
        blamed = [one for one in seen if one.status not in UNJUDGED and one.causes]
        if finding.evidence is not Evidence.STATIC or not blamed or len(blamed) < len(seen):
            yield finding


def _judge(finding: Finding, probes: Sequence[Probe], meeting: Sequence[Sighting]) -> tuple[Finding, bool]:
    """A static finding in the light of what was seen, and whether that refutes it."""
    met = {one.keras for one in meeting}
    well = {
        major(probe) for probe in probes if major(probe) in finding.keras and _flows(finding, probe)
    } - met
    left = tuple(keras for keras in finding.keras if keras not in well)
    shown = well and (finding.kind in SHOWN_BY_FLOW or _stands_still(finding, probes))
    if shown or (not met and _left_out(finding, probes)):
        return replace(finding, evidence=Evidence.CONFIRMED), False
    if met:
        mild = finding.severity is Severity.ERROR and all(one.partial for one in meeting)
        severity = Severity.WARNING if mild else finding.severity
        known = spelt(adopted(finding, meeting, probes), probes)
        return replace(known, evidence=Evidence.CONFIRMED, keras=left, severity=severity), False
    refutable = finding.kind not in IRREFUTABLE or finding.detail == BY_CHANCE
    if well and finding.severity is not Severity.INFO and refutable and not finding.partial:
        ran = {major(probe) for probe in probes}
        return (replace(finding, keras=left), False) if ran & set(left) else (finding, True)
    return finding, False


def _spot(cut: Cut) -> tuple[object, ...]:
    return cut.kind, line_of(cut.location), cut.location.column


def _meets(sighting: Sighting, finding: Finding) -> bool:
    """Whether a bad verdict is the one that the finding predicts."""
    if sighting.keras not in finding.keras:
        return False
    cut = sighting.cause.cut if sighting.cause else None
    if not starves(finding, sighting.verdict):
        # The source may not know which variable it is; the place is the same all the same.
        return (
            cut is not None and cut.kind is not Kind.UNEXPLAINED and overlap(cut.location, finding.location)
        )
    if cut is None and sighting.verdict.status is Status.UNLISTED:
        return finding.kind in LISTS
    if cut is not None and cut.variant in NEARER:
        return line_of(cut.location) == line_of(finding.location)
    if cut is not None and cut.kind in UNLISTED and finding.kind in LISTS | UNLISTED:
        return True
    if cut is None or cut.kind is finding.kind:
        return True
    if cut.kind in CASES_SHOWN_AS.get(finding.detail, ()):
        return True
    elsewhere = finding.kind in PASSES and cut.kind in DROPPED
    symptom = cut.kind in SYMPTOMS or cut.kind is ALSO_SHOWN_AS.get(finding.kind)
    certain = finding.severity is Severity.ERROR or finding.detail == AT_A_TEST
    explained = symptom and certain and not elsewhere
    if sighting.verdict.status in USELESS and finding.kind in USELESS[sighting.verdict.status]:
        return True
    return explained or line_of(cut.location) == line_of(finding.location)


def _flows(finding: Finding, probe: Probe) -> bool:
    """Whether the probe saw variables of the finding, and every one of them well, in the loop in question.
    What a program lists later, when it was ended before, the probe did not see.
    """
    if _another(finding, probe) or (probe.cut_short and finding.kind is Kind.WRONG_VARIABLES):
        return False
    several = len(probe.losses) > 1 or finding.detail == SEVERAL
    if finding.kind in OF_A_PHASE and several:
        return False
    statuses = {verdict.status for verdict in probe.verdicts if starves(finding, verdict)}
    return statuses == {Status.OK}


def _stands_still(finding: Finding, probes: Sequence[Probe]) -> bool:
    """Whether gradients arrive and change nothing, as it says: the variables have not moved."""
    mine = [probe for probe in probes if major(probe) in finding.keras]
    seen = [verdict for probe in mine for verdict in probe.verdicts if starves(finding, verdict)]
    unmoved = finding.kind in (Kind.NOT_APPLIED, Kind.STILL)
    return unmoved and {verdict.mark for verdict in seen} == {Kind.STILL.value}


def _left_out(finding: Finding, probes: Sequence[Probe]) -> bool:
    """Whether zeros are all that a term brings which was zero when the step was traced: run without the
    graph, as for an explanation, it may be none."""
    mine = [probe for probe in probes if major(probe) in finding.keras]
    seen = {verdict.status for probe in mine for verdict in probe.verdicts if starves(finding, verdict)}
    return finding.kind is Kind.TRACED and seen == {Status.ZERO}


def _another(finding: Finding, probe: Probe) -> bool:
    """Whether a finding is about the program's own loop, and the probe ran one of ours."""
    return finding.kind in OF_THE_LOOP and probe.kind in GUESSED


def _refuted(finding: Finding) -> Finding:
    message = f"{finding.message} (refuted: the probe saw the gradient flow)"
    return replace(finding, severity=Severity.INFO, message=message)


def _seen_only(
    sightings: Iterable[Sighting], rules: Mapping[Kind, Rule], probes: Sequence[Probe]
) -> Iterator[Finding]:
    """One finding for each cut that only the probe saw."""
    short = names(probes)
    groups: dict[tuple[Kind, str, int, int], list[Sighting]] = {}
    for sighting in sightings:
        cut = _cut(sighting, rules)
        groups.setdefault((cut.kind, cut.location.path, cut.location.line, cut.location.column), []).append(
            sighting
        )
    for group in groups.values():
        yield _seen(group, rules, short)


def _seen(group: Sequence[Sighting], rules: Mapping[Kind, Rule], short: Mapping[str, str]) -> Finding:
    group = [sighting for sighting in group if not sighting.partial] or group
    cut = _cut(group[0], rules)
    rule = rules[cut.kind]
    said = labels({sighting.path for sighting in group}, short)
    mild = MILD | DELIBERATE if cut.kind is Kind.UNEXPLAINED else MILD
    worst = rule.severity if mild.issuperset(one.verdict.status for one in group) else Severity.ERROR
    return rule.find(
        cut,
        tuple(dict.fromkeys(seen_weight(one, short[one.path], said[one.path]) for one in group)),
        trail=_trail(group),
        keras=tuple(sorted({sighting.keras for sighting in group})),
        severity=Severity.WARNING if group[0].partial else worst,
        partial=group[0].partial,
        evidence=Evidence.PROBE,
    )


def _cut(sighting: Sighting, rules: Mapping[Kind, Rule]) -> Cut:
    """The cut a sighting is blamed on; without one the birth stands in, and says so."""
    status = sighting.verdict.status.value
    if sighting.cause is None:
        return Cut(Kind.UNEXPLAINED, sighting.birth, sighting.path, detail=status)
    cut = sighting.cause.cut
    return (
        cut
        if cut.kind in rules and cut.kind is not Kind.UNEXPLAINED
        else replace(cut, kind=Kind.UNEXPLAINED, detail=status)
    )


def _trail(group: Sequence[Sighting]) -> tuple[Step, ...]:
    """Every step of the group's trails, each once: births first, then what they share."""
    trails = [sighting.cause.trail for sighting in group if sighting.cause]
    first = [trail[0] for trail in trails if trail]
    return tuple(dict.fromkeys([*first, *(step for trail in trails for step in trail[1:])]))
