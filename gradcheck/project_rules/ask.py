"""What a project's rule says about a module's facts, as far as it says findings."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.facts import Facts
from gradcheck.project_rules.contain import contained
from gradcheck.registry import Entry
from gradcheck.report.finding import Finding, Location, Step, Weight
from gradcheck.report.kinds import Kind, Severity
from gradcheck.report.report import Problem

_TYPES = {"severity": Severity, "message": str, "location": Location, "kind": Kind, "why": str, "advice": str}
_ITEMS = {"weights": Weight, "trail": Step, "keras": str}


def ask(entry: Entry, facts: Facts) -> tuple[tuple[Finding, ...], Problem | None]:
    """The rule's findings; or none, and what is wrong with the rule: half an answer looks like a whole."""
    with contained(entry.path, f"{entry.rule.code} failed on {facts.path}") as fault:
        found = tuple(_findings(entry, facts))
        return found, None
    return (), fault.told()


def _findings(entry: Entry, facts: Facts) -> Iterable[Finding]:
    for one in entry.check(facts):
        if not isinstance(one, Finding):
            raise TypeError(f"check yields {one!r:.60}, which is no Finding: use RULE.at or RULE.find")
        if one.rule != entry.rule.code or one.name != entry.rule.name:
            raise TypeError(f"check yields a finding of {one.rule} {one.name}, another rule's")
        for field, kind in _TYPES.items():
            if not isinstance(getattr(one, field), kind):
                raise TypeError(f"a finding's {field} is {getattr(one, field)!r:.60}, not a {kind.__name__}")
        for field, kind in _ITEMS.items():
            if any(not isinstance(item, kind) for item in getattr(one, field)):
                raise TypeError(f"a finding's {field} holds something other than a {kind.__name__}")
        yield one
