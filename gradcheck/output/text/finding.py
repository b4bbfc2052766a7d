"""One finding as a story: what is lost, the way there in the user's own lines, why, and what now."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradcheck.output import Screen
from gradcheck.output.text.frame import Mark, frame
from gradcheck.report.finding import Finding, Step
from gradcheck.report.kinds import BOTH_KERAS, Evidence, Status
from gradcheck.report.naming import labels
from gradcheck.report.report import UNJUDGED, Report, starves

MOST_STEPS = 8
"""A longer trail is shown by its first and last steps."""

_LABEL = 10


def headline(finding: Finding, screen: Screen) -> str:
    """`model.py:23:50: error GC101 self.mu gets no gradient: it is read once, in build()`."""
    place = f"{finding.location.path}:{finding.location.line}:{finding.location.column}"
    level = screen.paint(finding.severity.value, f"{finding.severity.value} {finding.rule}")
    return f"{screen.paint('strong', f'{place}:')} {level} {screen.paint('strong', finding.message)}"


def story(finding: Finding, report: Report, screen: Screen) -> Iterator[str]:
    """The headline, the code, the reasons and the evidence."""
    yield headline(finding, screen)
    yield ""
    yield from (f"  {line}" for line in frame(marks(finding), _narrower(screen)))
    yield ""
    yield from entry("why", finding.why, screen)
    yield from entry("what now", finding.advice, screen)
    yield from entry("fix", _offer(finding), screen)
    for other in finding.alternatives:
        yield from entry("or", f"{other.title} (changes {other.changes})", screen)
    yield from entry("evidence", evidence(finding, report), screen)
    yield from entry("read on", f"gradcheck explain {finding.name}", screen)


def told(finding: Finding) -> str:
    """A finding's fix in one line: `Make the tape persistent (verified)`; nothing without one."""
    fix = finding.fix
    if fix is None:
        return ""
    shown = {True: "verified", None: "not verified", False: "failed when it was tried"}[fix.verified]
    why = f": {fix.reason}" if fix.reason else ""
    return f"{fix.title} ({'' if fix.safe else 'unsafe, '}{shown}{why})"


def _offer(finding: Finding) -> str:
    """A fix, and how to have it if nobody has tried it yet."""
    if finding.fix is None or finding.fix.verified is not None or finding.fix.reason:
        return told(finding)
    fix = finding.fix
    kind, flag = ("", "") if fix.safe else (f"unsafe, changes {fix.changes}: ", "--unsafe-fixes ")
    return f"{fix.title} ({kind}`{flag}--diff` shows it, `{flag}--fix` tries and applies it)"


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
    only = "" if set(finding.keras) == set(BOTH_KERAS) else f", under Keras {' and '.join(finding.keras)}"
    seen = _seen(finding, report)
    return f"{said}{only}{f' ({seen})' if seen else ''}"


def _run(finding: Finding, report: Report) -> str:
    """What a run says to a finding that it did not confirm."""
    seen = [verdict for probe in report.probes for verdict in probe.verdicts]
    met = {verdict.status for verdict in seen if starves(finding, verdict)}
    if not seen:
        return ""
    if not met:
        return "; the run saw none of these variables"
    if met == {Status.OK}:
        return "; in the run its gradient arrived"
    if met - UNJUDGED:
        return "; the run blames another line"
    return "; the run ended before it was judged"


def entry(label: str, text: str, screen: Screen) -> Iterator[str]:
    """A labelled paragraph, its lines aligned; nothing when there is nothing to say."""
    lines = textwrap.wrap(text, max(screen.width - _LABEL - 2, 30), break_on_hyphens=False)
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
