"""The whole static pipeline in one screen: paths -> text -> module -> facts -> findings. Nothing is executed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gradcheck.config import Options
from gradcheck.facts import facts_of
from gradcheck.finding import Finding
from gradcheck.registry import entries
from gradcheck.report import Report, Trouble
from gradcheck.source.discover import SourceFile, discover
from gradcheck.source.parse import Module, matters, parse
from gradcheck.source.project import Project

NOT_FOLLOWED = "too large to follow in full: findings may be missing"


def lint(paths: Sequence[str], options: Options) -> Report:
    """Check the Python files that the paths name."""
    findings: list[Finding] = []
    errors: list[Trouble] = []
    files = 0
    for source in discover(paths):
        if isinstance(source, Trouble):
            errors.append(source)
            continue
        files += 1
        found, troubles = lint_text(source.path, source.text, options)
        findings += found
        errors += troubles
    return Report(tuple(findings), errors=tuple(errors), files=files)


def lint_text(path: str, text: str, options: Options) -> tuple[tuple[Finding, ...], tuple[Trouble, ...]]:
    """Check one file's text."""
    if not matters(text):
        return (), ()
    module = parse(SourceFile(path, text))
    if isinstance(module, Trouble):
        return (), (module,)
    return _check(module, options)


def _check(module: Module, options: Options) -> tuple[tuple[Finding, ...], tuple[Trouble, ...]]:
    facts, complete = facts_of(module, Project().find)
    found = _here(module, (finding for entry in entries() for finding in entry.check(facts)))
    return tuple(found), () if complete else (Trouble(module.path, 1, NOT_FOLLOWED),)


def _here(module: Module, findings: Iterable[Finding]) -> Iterator[Finding]:
    """A finding belongs to the file it points at; each once, in source order."""
    seen: set[tuple[object, ...]] = set()
    for finding in sorted(findings, key=lambda one: (one.location, one.rule)):
        key = (finding.location, finding.rule, finding.variables, finding.keras)
        if finding.location.path == module.path and key not in seen:
            seen.add(key)
            yield finding
