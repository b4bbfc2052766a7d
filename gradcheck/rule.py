"""What a rule file imports: the row of data that describes a rule, and how a cut becomes a finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.finding import Cut as Cut
from gradcheck.report.finding import Finding as Finding
from gradcheck.report.finding import Fix
from gradcheck.report.finding import Step as Step
from gradcheck.report.finding import Weight as Weight
from gradcheck.report.kinds import BOTH_KERAS, Evidence
from gradcheck.report.kinds import Half as Half
from gradcheck.report.kinds import Kind as Kind
from gradcheck.report.kinds import Severity as Severity

if TYPE_CHECKING:
    from gradcheck.facts import Call, Facts


@dataclass(frozen=True)
class Words:
    """The sentences for one case of a fault; what is empty is said as the rule says it."""

    headline: str = ""
    why: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule's data. Its name is its file's name, its page is its file's docstring,
    continued in a Markdown file beside it where it is long.

    `headline`, `why` and `advice` are templates over {labels} ("self.mu and self.sigma"), {get} ("gets" or
    "get"), {has} ("has" or "have"), {is_} ("is" or "are"), {code}, {where} and {detail} (of the cut). The
    same sentences serve both halves. `variants` are the cases that need sentences of their own, by the
    `variant` of the cut, else by the `owner` of the weights.

    `seen_by` says which half can see the fault. Where it says BOTH, as it does by default, a program with the
    fault must come back with one finding, confirmed: the examples of the page are held to that.
    """

    module: str
    code: str
    kind: Kind
    severity: Severity
    since: str
    headline: str
    why: str
    advice: str
    seen_by: Half = Half.BOTH
    variants: tuple[tuple[str, Words], ...] = ()

    @property
    def name(self) -> str:
        """The rule's name, as users write it: `weight-read-in-build`."""
        return self.module.rpartition(".")[2].replace("_", "-")

    def every(self, facts: Facts) -> Iterator[Finding]:
        """One finding for each cut of this rule's kind."""
        for loss in facts.cuts(self.kind):
            yield self.find(
                loss.cut,
                loss.weights,
                trail=loss.trail,
                keras=loss.keras,
                severity=loss.severity,
                partial=loss.partial,
            )

    def at(
        self,
        call: Call,
        weights: Sequence[Weight] = (),
        *,
        detail: str = "",
        severity: Severity | None = None,
    ) -> Finding:
        """The finding that this call of a library is wrong, for these weights."""
        cut = Cut(self.kind, call.location, call.code, call.where, detail)
        trail = tuple(Step(weight.birth, "created") for weight in weights)
        return self.find(cut, weights, trail=trail, severity=severity)

    def find(
        self,
        cut: Cut,
        weights: Sequence[Weight],
        *,
        trail: Sequence[Step] = (),
        keras: tuple[str, ...] = BOTH_KERAS,
        severity: Severity | None = None,
        partial: bool = False,
        evidence: Evidence = Evidence.STATIC,
        fix: Fix | None = None,
    ) -> Finding:
        """The finding that this cut starves these weights."""
        weights = _each_once(weights)
        words, said = _words(cut, weights), self._said(cut, weights)
        return Finding(
            rule=self.code,
            name=self.name,
            severity=severity or self.severity,
            message=_partly(said.headline, words) if partial else said.headline.format_map(words),
            location=cut.location,
            kind=cut.kind,
            weights=weights,
            trail=tuple(trail),
            why=said.why.format_map(words),
            advice=said.advice.format_map(words),
            keras=keras,
            evidence=evidence,
            fix=fix,
            partial=partial,
            detail=cut.detail,
        )

    def _said(self, cut: Cut, weights: Sequence[Weight]) -> Words:
        """The sentences for this case."""
        operation = f"of {cut.detail.rpartition('.')[2].lower()}"
        cases = (cut.variant, operation, *dict.fromkeys(weight.owner for weight in weights))
        known = dict(self.variants)
        special = next((known[case] for case in cases if case in known), Words())
        return Words(
            special.headline or self.headline, special.why or self.why, special.advice or self.advice
        )


def _partly(headline: str, words: dict[str, str]) -> str:
    """A headline for weights that train by other paths: what is lost is only what goes through here."""
    reason = headline.partition(": ")[2] or headline
    return "part of the gradient of {labels} is lost: ".format_map(words) + reason.format_map(words)


def _words(cut: Cut, weights: Sequence[Weight]) -> dict[str, str]:
    labels = tuple(dict.fromkeys(weight.label for weight in weights))
    several = len(labels) > 1 or any(label.endswith("variables") for label in labels)
    return {
        "labels": _join(labels),
        "get": "get" if several else "gets",
        "has": "have" if several else "has",
        "is_": "are" if several else "is",
        "code": cut.code,
        "where": cut.where,
        "detail": cut.detail,
    }


def _each_once(weights: Sequence[Weight]) -> tuple[Weight, ...]:
    """The weights; one that a loop puts into a list goes by its own name alone, if it has one."""
    named = {weight.birth for weight in weights if not weight.label.endswith(_ANY)}
    return tuple(one for one in weights if not (one.label.endswith(_ANY) and one.birth in named))


_ANY = "[...]"
"""How the label of any element of a list ends."""


def _join(labels: Sequence[str], most: int = 4) -> str:
    shown = list(labels[:most])
    if len(labels) > most:
        shown = [*shown[:-1], f"{len(labels) - most + 1} more"]
    return (
        shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "a variable"
    )
