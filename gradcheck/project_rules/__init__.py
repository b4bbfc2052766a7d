"""Rules of a project's own: files that `rules` in the settings names, each of the shape of one of ours.

They stand in one set with ours, so that they are selected, ignored, levelled, explained and listed alike.
What is wrong with one of them is a `Problem` that names its file, and costs nothing but its own findings.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.project_rules.load import load
from gradcheck.registry import Entry, entries
from gradcheck.report.report import Problem


@dataclass(frozen=True)
class RuleSet:
    """Our rules and a project's, and what is wrong with those of the project that cannot be used."""

    ours: tuple[Entry, ...]
    own: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every rule: ours by code, then the project's as the settings list them."""
        return (*self.ours, *self.own)


@cache
def rule_set(paths: tuple[str, ...]) -> RuleSet:
    """Our rules and those in these files; each file is executed once in a process."""
    loaded = list(_unlike(paths, entries()))
    return RuleSet(
        entries(),
        tuple(one for one in loaded if isinstance(one, Entry)),
        tuple(one for one in loaded if isinstance(one, Problem)),
    )


def _unlike(paths: Sequence[str], ours: Sequence[Entry]) -> Iterator[Entry | Problem]:
    """What each file holds; a code or a name that an earlier rule has is a problem."""
    taken = {word: "gradcheck" for entry in ours for word in (entry.rule.code, entry.rule.name)}
    for path in paths:
        found = load(path)
        if isinstance(found, Entry):
            words = (found.rule.code, found.rule.name)
            doubled = next((word for word in words if word in taken), None)
            if doubled:
                shown = os.path.relpath(path).replace(os.sep, "/")
                found = Problem(shown, 1, f"cannot be used as a rule: {taken[doubled]} has a rule {doubled}")
            else:
                taken |= dict.fromkeys(words, os.path.basename(path))
        yield found
