"""One finding as a story: what is lost, the way there in the user's own lines, why, and what now."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gradcheck.base.printable import wrapped
from gradcheck.output import Screen
from gradcheck.output.text.change import change
from gradcheck.output.text.frame import Mark, frame
from gradcheck.output.text.summary import MARK
from gradcheck.report.finding import Finding, Step
from gradcheck.report.kinds import BOTH_KERAS, Evidence, Status
from gradcheck.report.naming import labels
from gradcheck.report.report import UNJUDGED, Report, starves
from gradcheck.report.verdict import Verdict

MOST_STEPS = 8
"""A longer trail is shown by its first and last steps."""

_LABEL = 10
_PAINT = re.compile(r"\x1b\[[0-9;]*m")


def headline(finding: Finding, screen: Screen) -> str:
    """`model.py:23:50: error GC101 self.mu gets no gradient: it is read once, in build()`."""
    return f"{_place(finding, screen)} {screen.paint('strong', finding.message)}"


def heading(finding: Finding, screen: Screen) -> Iterator[str]:
    """The headline with the mark of a finding that can be repaired; what does not fit goes below."""
    place = _place(finding, screen) + (f" {screen.paint('good', MARK)}" if _is_fixable(finding) else "")
    bare = "".join(_PAINT.split(place))
    if len(bare) + 1 + len(finding.message) <= screen.width:
        yield f"{place} {screen.paint('strong', finding.message)}"
        return
    yield place
    for line in wrapped(finding.message, screen.width - 2):
        yield f"  {screen.paint('strong', line)}"


def _place(finding: Finding, screen: Screen) -> str:
    at = f"{finding.location.path}:{finding.location.line}:{finding.location.column}:"
    level = screen.paint(finding.severity.value, f"{finding.severity.value} {finding.rule}")
    return f"{screen.paint('strong', at)} {level}"


def story(finding: Finding, report: Report, screen: Screen) -> Iterator[str]:
    """The headline, the code, the reasons and the evidence."""
    yield from _shown(finding, screen)
    yield ""
    yield from entry("why", finding.why, screen)
    yield from entry("what now", finding.advice, screen)
    yield from _repair(finding, report, screen)
    yield from entry("evidence", evidence(finding, report), screen)
    yield from entry("read on", f"gradcheck explain {finding.name}", screen)


def further(finding: Finding, first: Finding, report: Report, screen: Screen) -> Iterator[str]:
    """Another finding of a rule whose story was just told: what is not the same."""
    yield from _shown(finding, screen)
    entries = [*_differing(finding, first, report, screen)]
    yield from ["", *entries] if entries else ()


def _differing(finding: Finding, first: Finding, report: Report, screen: Screen) -> Iterator[str]:
    if _plain(finding, finding.why) != _plain(first, first.why):
        yield from entry("why", finding.why, screen)
    if _plain(finding, finding.advice) != _plain(first, first.advice):
        yield from entry("what now", finding.advice, screen)
    if told(finding) != told(first):
        yield from _repair(finding, report, screen)
    if report.probes or (finding.evidence, finding.keras) != (first.evidence, first.keras):
        yield from entry("evidence", _briefly(finding, report), screen)


def _plain(finding: Finding, text: str) -> str:
    """A sentence without what it names: the same advice about other code is the same advice."""
    for label in sorted({weight.label for weight in finding.weights}, key=len, reverse=True):
        text = text.replace(label, "")
    return re.sub("`[^`]*`", "", text)


def _shown(finding: Finding, screen: Screen) -> Iterator[str]:
    yield from heading(finding, screen)
    yield ""
    yield from (f"  {line}" for line in frame(marks(finding), _narrower(screen), finding.location.path))


def _repair(finding: Finding, report: Report, screen: Screen) -> Iterator[str]:
    """The fix, with the lines it changes if they are few, and the others that help."""
    lines = change(finding.fix, screen, _LABEL + 2) if finding.fix and finding.fix.is_open else []
    yield from entry("fix", _offer(finding, shown=bool(lines), tries=bool(report.probes)), screen)
    yield from lines
    for other in finding.alternatives:
        yield from entry("or", f"{other.title} ({other.effect})", screen)


def _is_fixable(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.safe and finding.fix.is_open


def told(finding: Finding) -> str:
    """A finding's fix in one line: `Make the tape persistent (verified)`; nothing without one."""
    fix = finding.fix
    if fix is None:
        return ""
    shown = {True: "verified", None: "not verified", False: "failed when it was tried"}[fix.verified]
    why = f": {fix.reason}" if fix.reason else ""
    return f"{fix.title} ({'' if fix.safe else 'unsafe, '}{shown}{why})"


def _offer(finding: Finding, *, shown: bool, tries: bool) -> str:
    """A fix, and how to have it if nobody has tried it yet."""
    fix = finding.fix
    if fix is None or not fix.is_open:
        return told(finding)
    kind, flag = ("", "") if fix.safe else (f"unsafe, {fix.effect}: ", "--unsafe-fixes ")
    shows = "" if shown else f"`{flag}--diff` shows it, "
    return f"{fix.title} ({kind}{shows}`{flag}--fix` {'tries and ' if tries else ''}applies it)"


def marks(finding: Finding) -> list[Mark]:
    """The trail's steps and the cut, in order; the cut carries the note of its own step."""
    style = finding.severity.value
    found = [
        Mark(step.location, step.note, style, main=True)
        if _is_cut(step, finding)
        else Mark(step.location, step.note)
        for step in _abridged(finding)
    ]
    if not any(mark.main for mark in found):
        found.append(Mark(finding.location, "", style, main=True))
    return found


def evidence(finding: Finding, report: Report) -> str:
    """Which half of gradcheck found it, and under which Keras it holds."""
    said = {
        Evidence.CONFIRMED: "confirmed: the source shows it, and the run measured it",
        Evidence.PROBE: "measured: seen at run time",
        Evidence.STATIC: f"static: the source shows it{_run(finding, report)}",
    }[finding.evidence]
    return f"{said}{_where(finding, report)}"


def _briefly(finding: Finding, report: Report) -> str:
    return f"{finding.evidence.value}{_where(finding, report)}"


def _where(finding: Finding, report: Report) -> str:
    """Under which Keras, and what was measured."""
    only = "" if set(finding.keras) == set(BOTH_KERAS) else f", under Keras {' and '.join(finding.keras)}"
    seen = _seen(finding, report)
    return f"{only}{f' ({seen})' if seen else ''}"


def _run(finding: Finding, report: Report) -> str:
    """What a run says to a finding that it did not confirm."""
    seen = [verdict for probe in report.probes for verdict in probe.verdicts]
    mine = [verdict for verdict in seen if starves(finding, verdict)]
    met = {verdict.status for verdict in mine}
    if not seen:
        return ""
    if not met:
        return "; the run saw none of these variables"
    if met == {Status.OK}:
        return "; in the run its gradient arrived"
    if met - UNJUDGED:
        return f"; the run {_blamed(finding, mine)}"
    return "; the run could not judge it"


def _blamed(finding: Finding, verdicts: Iterable[Verdict]) -> str:
    """The lines that a run holds against variables of a finding."""
    bad = (verdict for verdict in verdicts if verdict.status not in UNJUDGED)
    blamed = sorted({cause.cut.location for verdict in bad for cause in verdict.causes})
    here = os.path.abspath(finding.location.path)
    lines = dict.fromkeys(
        str(one.line) if os.path.abspath(one.path) == here else f"{one.line} of {one.path}" for one in blamed
    )
    if not lines:
        return "names no line"
    return f"blames line{'s' if len(lines) > 1 else ''} {listed(list(lines))}"


def entry(label: str, text: str, screen: Screen) -> Iterator[str]:
    """A labelled paragraph, its lines aligned; nothing when there is nothing to say."""
    lines = wrapped(text, max(screen.width - _LABEL - 2, 30))
    for number, line in enumerate(lines):
        yield f"  {screen.paint('faint', f'{label if not number else str():<{_LABEL}}')}{line}"


def _seen(finding: Finding, report: Report) -> str:
    """What the run measured of the finding's variables: `none: layer/mean and layer/std`."""
    met: dict[Status, dict[str, None]] = {}
    seen = [verdict for probe in report.probes for verdict in probe.verdicts]
    for verdict in seen:
        if verdict.status not in UNJUDGED and starves(finding, verdict):
            met.setdefault(verdict.status, {})[verdict.variable.path] = None
    everything = [verdict.variable.path for verdict in seen]
    return "; ".join(
        f"{status.value}: {listed(list(dict.fromkeys(labels(list(paths), everything).values())))}"
        for status, paths in met.items()
    )


def listed(names: Sequence[str], most: int = 3) -> str:
    """`a, b and c`; of many the first ones and a count."""
    shown = [*names[:most], f"{len(names) - most} more"] if len(names) > most + 1 else [*names]
    return " and ".join([part for part in (", ".join(shown[:-1]), shown[-1]) if part])


def _is_cut(step: Step, finding: Finding) -> bool:
    here, cut = step.location, finding.location
    return (here.path, here.line, here.column) == (cut.path, cut.line, cut.column)


def _abridged(finding: Finding) -> Iterator[Step]:
    last = len(finding.trail) - (MOST_STEPS - 3)
    told: set[tuple[str, int, str]] = set()
    for number, step in enumerate(finding.trail):
        key = (step.location.path, step.location.line, step.note)
        if _is_cut(step, finding) or ((number < 3 or number >= last) and key not in told):
            told.add(key)
            yield step


def _narrower(screen: Screen) -> Screen:
    return replace(screen, width=screen.width - 2)
