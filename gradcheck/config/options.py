"""What the user asked for, as one frozen value. Knows no rule, reads no file: `pyproject.py` does."""

from __future__ import annotations

import os
from dataclasses import field
from fnmatch import fnmatchcase

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.notebook_cells import notebook_of
from gradcheck.report.kinds import Severity


@dataclass(frozen=True)
class Target:
    """A program to probe, and what cannot be guessed about it."""

    target: str
    args: tuple[str, ...] = ()
    call: str | None = None
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProbeOptions:
    """Settings of a runtime run: `[tool.gradcheck.probe]` and the flags of the same names."""

    targets: tuple[Target, ...] = ()
    python: str | None = None
    timeout: float | None = None
    steps: int | None = None


@dataclass(frozen=True)
class Options:
    """Settings of a run.

    `keras` is "auto", "2", "3" or "both". `select` and its kin hold codes, prefixes of codes ("GC1"), names
    or "ALL"; an empty `select` means every rule that is on by default. Patterns are relative to `root`.

    `jobs` is how many processes may work at once; None for as many as there are processors to run on.
    `executor` is the address of a cluster that works instead.

    `rules` are the project's own rule files that may run. When they may not, they are in `held_rules`, and
    `distrust` says why. `file` is the settings file all this was read from, and `remarks` are sentences about
    what was passed over on the way to it.
    """

    keras: str = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    rules: tuple[str, ...] = ()
    held_rules: tuple[str, ...] = ()
    distrust: str = ""
    file: str = ""
    remarks: tuple[str, ...] = ()
    baseline: str | None = None
    cache: bool = True
    jobs: int | None = None
    executor: str | None = None
    root: str = ""
    probe: ProbeOptions = field(default_factory=ProbeOptions)

    def selects(self, code: str, name: str, *, by_default: bool = True) -> bool:
        """Whether a rule is on. The longer of two matching prefixes wins; of equals, the one that ignores."""
        chosen = _closest(code, name, (*self.select, *self.extend_select))
        if chosen < 0 and by_default and not self.select:
            chosen = 0
        return chosen > _closest(code, name, (*self.ignore, *self.extend_ignore))

    def severity_of(self, code: str, name: str, default: Severity) -> Severity:
        """A rule's severity, as the user adjusted it; the longest matching prefix wins."""
        ranked = sorted((_closest(code, name, (key,)), level.value) for key, level in self.severity)
        return Severity(ranked[-1][1]) if ranked and ranked[-1][0] >= 0 else default

    def excludes(self, path: str) -> bool:
        """Whether `exclude` passes over a file or folder that was found; a named one only with
        `force_exclude`."""
        return bool(self.exclude) and matches(path, self.exclude, self.root)

    def ignored_in(self, path: str, code: str, name: str) -> bool:
        """Whether `per-file-ignores` silences a rule in this file."""
        return any(
            _closest(code, name, codes) >= 0
            for pattern, codes in self.per_file_ignores
            if matches(notebook_of(path), (pattern,), self.root)
        )


def matches(path: str, patterns: tuple[str, ...], root: str = "") -> bool:
    """Whether a glob names a path (relative to `root`), a folder above it, or any one part of it."""
    relative = os.path.relpath(path, root or ".").replace(os.sep, "/")
    return any(_matches(relative, pattern.rstrip("/").removeprefix("./")) for pattern in patterns)


def _matches(path: str, pattern: str) -> bool:
    if "/" not in pattern:
        return any(fnmatchcase(part, pattern) for part in path.split("/"))
    below = fnmatchcase(path, f"{pattern}/*")
    anywhere = pattern.startswith("**/") and fnmatchcase(path, pattern[3:])
    return below or anywhere or fnmatchcase(path, pattern)


def _closest(code: str, name: str, selectors: tuple[str, ...]) -> int:
    """The length of the best selector for a rule, -1 when none names it; "ALL" is the weakest."""
    found = [len(one) for one in selectors if one and code.startswith(one)]
    found += [len(code) for one in selectors if one == name]
    found += [0 for one in selectors if one == "ALL"]
    return max(found, default=-1)
