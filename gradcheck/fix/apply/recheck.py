"""What the static half says of a text: a fix must take a finding away and add none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from gradcheck.config.options import Options
from gradcheck.fix.cst.tree import Tree
from gradcheck.lint import lint_text
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Evidence

Key = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Checkup:
    """The findings in a text; it is not `sound` when it could not be read."""

    text: str
    findings: tuple[Finding, ...]
    sound: bool

    @cached_property
    def tree(self) -> Tree:
        """The text as every fix is given it. Raises UnreadableError."""
        return Tree(self.text)

    @cached_property
    def _known(self) -> dict[str, Checkup]:
        return {}

    def changed(self, path: str, text: str, options: Options) -> Checkup:
        """What is found after a change; several findings often lead to the same one."""
        if text not in self._known:
            self._known[text] = checkup(path, text, options)
        return self._known[text]

    @cached_property
    def counts(self) -> Counter[Key]:
        """How often each finding is there, wherever it stands."""
        return Counter(key(finding) for finding in self.findings)

    def improves(self, before: Checkup, finding: Finding) -> bool:
        """Whether the text can still be read, shows the finding less often, and nothing more often."""
        now, then = self.counts, before.counts
        gone = before.only_run_shows(finding) or self._rarer(before, finding)
        return self.sound and gone and all(count <= then[one] for one, count in now.items())

    def only_run_shows(self, finding: Finding) -> bool:
        """Whether the source cannot tell that the finding is gone: a run saw it, and the text shows nothing
        of it, by itself or without the program that imports it."""
        known = any(rule == finding.rule for rule, _ in self.counts)
        return finding.evidence is Evidence.PROBE or (finding.evidence is Evidence.CONFIRMED and not known)

    def _rarer(self, before: Checkup, finding: Finding) -> bool:
        """Whether the finding is there less often; one that the run gave other variables, by its rule."""
        if key(finding) in before.counts:
            return self.counts[key(finding)] < before.counts[key(finding)]
        now, then = (
            sum(n for (rule, _), n in one.counts.items() if rule == finding.rule) for one in (self, before)
        )
        return now < then

    def hands_on(self, before: Checkup, finding: Finding) -> tuple[Finding, ...]:
        """The findings that stand in for one that is gone: the same variables, cut off further along their
        path. Empty where another variable suffers, or where nothing is won."""
        gained, gone = self.counts - before.counts, before.counts - self.counts
        if not self.sound or key(finding) not in gone:
            return ()
        freed = {name for _, names in gone for name in names}
        new = tuple(one for one in self.findings if gained[key(one)] > 0)
        return new if all(freed.issuperset(one.variables) for one in new) else ()


def key(finding: Finding) -> Key:
    """What a finding is called when lines move."""
    return finding.rule, finding.variables


def checkup(path: str, text: str, options: Options) -> Checkup:
    """Check one text as it stands."""
    findings, problems = lint_text(path, text, options)
    # What is wrong with a rule of the project says nothing about the text.
    return Checkup(text, findings, sound=all(problem.path != path for problem in problems))
