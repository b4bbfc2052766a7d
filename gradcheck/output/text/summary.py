"""The last line of a report, and the count of findings by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gradcheck.base.printable import wrapped
from gradcheck.output import Screen
from gradcheck.report.fate import Fate
from gradcheck.report.kinds import Severity, Status
from gradcheck.report.report import Report

BAD = frozenset({Status.NONE, Status.ZERO, Status.NAN, Status.INF, Status.UNTRACKED})
"""What a run says of a variable that does not train and was meant to."""

MARK = "[*]"
"""Stands by a finding that `--fix` may repair."""


def summary(report: Report, screen: Screen) -> str:
    """`no findings (1 file; 4 variables seen, all ok)`; on a terminal, over as many lines as it needs."""
    levels = Counter(finding.severity for finding in report.findings)
    each = ", ".join(_count(levels[level], level.value) for level in Severity if levels[level])
    found = f"{_count(len(report.findings), 'finding')}: {each}" if report.findings else "no findings"
    doubtful = report.exit_code == 2
    style = next((level.value for level in Severity if levels[level]), "warning" if doubtful else "good")
    whole = f"{found} ({'; '.join(_scope(report, doubtful=doubtful))})"
    if screen.terminal:
        whole = "\n  ".join(wrapped(whole, screen.width - 2))
    return screen.paint(style, found) + whole.removeprefix(found)


def repairable(report: Report, screen: Screen) -> Iterator[str]:
    """`[*] 2 of them can be repaired with --fix`: what its reader may do with one more flag."""
    fixes = [finding.fix for finding in report.findings if finding.fix and finding.fix.is_open]
    safe = sum(fix.safe for fix in fixes)
    unsafe = len(fixes) - safe
    ways = [
        f"{screen.paint('good', MARK)} {safe} can be repaired with `--fix`" if safe else "",
        f"{unsafe} {'more' if safe else 'can be repaired'} with `--fix --unsafe-fixes`" if unsafe else "",
    ]
    if fixes and screen.flags:
        yield ", ".join(way for way in ways if way)


def statistics(report: Report) -> Iterator[str]:
    """How many findings each rule has, the most frequent first."""
    counts = Counter((finding.rule, finding.name) for finding in report.findings)
    for (rule, name), count in sorted(counts.items(), key=lambda row: (-row[1], row[0])):
        yield f"{count:>5}  {rule}  {name}"


def _scope(report: Report, *, doubtful: bool) -> Iterator[str]:
    if report.files:
        idle = f", {report.idle} with nothing to follow" if report.idle else ""
        yield f"{_count(report.files, 'file')}{idle}"
    if report.unread:
        yield f"{report.unread} could not be read"
    if report.weights and not _is_refuted(report):
        yield _weights(report)
    if report.probes:
        yield _variables(report)
    if broke := sum(one.status == "broken" and bool(one.verdicts) for one in report.probes):
        yield f"{_count(broke, 'program')} broke before {'its' if broke == 1 else 'their'} end"
    if report.fixed:
        yield f"{len(report.fixed)} fixed"
    if report.refuted:
        yield f"{len(report.refuted)} refuted"
    if report.known:
        yield f"{report.known} in the baseline"
    if doubtful:
        yield "not everything could be looked at"
    elif not report.files and not report.probes:
        yield "nothing to look at"


def _is_refuted(report: Report) -> bool:
    """Whether the source shows that all weights reach the loss, and a run that some do not train."""
    whole = all(weight.fate is Fate.REACHES for weight in report.weights)
    return whole and any(one.status in BAD for probe in report.probes for one in probe.verdicts)


def _weights(report: Report) -> str:
    """`14 weights: 11 reach the loss, 1 cut, 2 unknown (`self.bce(...)`, line 47)`."""
    counts = Counter(weight.fate for weight in report.weights)
    parts = [_part(counts[fate], fate) for fate in Fate if counts[fate]]
    total = _count(len(report.weights), "weight")
    if set(counts) == {Fate.REACHES}:
        return f"{total}, {'all reach' if len(report.weights) > 1 else 'which reaches'} the loss"
    return f"{total}: {', '.join(parts)}{_first_obstacle(report)}"


def _part(count: int, fate: Fate) -> str:
    if fate is not Fate.REACHES:
        return f"{count} {fate.value}"
    return f"{count} {'reaches' if count == 1 else 'reach'} the loss"


def _first_obstacle(report: Report) -> str:
    """What keeps most weights unknown, in one expression."""
    met = Counter(one.obstacle for one in report.weights if one.obstacle and one.fate is Fate.UNKNOWN)
    if not met:
        return ""
    (obstacle, _), *others = met.most_common()
    place = (
        f"line {obstacle.location.line}"
        if report.files < 2
        else f"{obstacle.location.path}:{obstacle.location.line}"
    )
    return f" (`{shortened(obstacle.expression)}`, {place}{', ...' if others else ''})"


def shortened(expression: str) -> str:
    """A call without its arguments, if they are long."""
    called, _, _ = expression.partition("(")
    return f"{called}(...)" if len(expression) > 24 and called and called != expression else expression


def _variables(report: Report) -> str:
    seen = [verdict for probe in report.probes for verdict in probe.verdicts]
    counts = Counter(verdict.word for verdict in sorted(seen, key=lambda one: [*Status].index(one.status)))
    total = f"{_count(sum(counts.values()), 'variable')} seen"
    if not counts:
        return "no variable seen"
    if set(counts) == {Status.OK.value}:
        return f"{total}, all ok"
    return f"{total}: {', '.join(f'{count} {word}' for word, count in counts.items())}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 or word == 'info' else 's'}"
