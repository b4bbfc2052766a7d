"""What the tests of fixes share: a text repaired as `gradcheck check --fix` repairs a file, and the tests
that every fix has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import unified_diff
from types import ModuleType

import pytest

from gradcheck.base.lines import lines_of
from gradcheck.config.options import Options
from gradcheck.fix.apply.fixpoint import FixedFile, fix_file
from gradcheck.fix.cst.tree import Tree
from gradcheck.lint import lint_text
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Severity
from gradcheck.source.discover import SourceFile

OPTIONS = Options(keras="both")

Program = Callable[[str], str]
"""What makes a program of the few lines that a test is about; see `programs`."""
Test = Callable[..., None]


def repaired(text: str, *, unsafe: bool = True, path: str = "example.py") -> FixedFile:
    """The text with every fix made."""
    findings, _ = lint_text(path, text, OPTIONS)
    return fix_file(SourceFile(path, text), findings, OPTIONS, lambda finding, fix: fix.safe or unsafe)


def changes(text: str) -> str:
    """The lines that every fix together takes away and puts in, as a patch shows them."""
    lines = unified_diff(lines_of(text), lines_of(repaired(text).text), n=0)
    return "".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def offered(fix: ModuleType, text: str) -> list[str | None]:
    """What one fix makes of each finding of its kinds in a text; None where it declines."""
    findings, _ = lint_text("example.py", text, OPTIONS)
    made = [fix.fix(Tree(text), finding) for finding in findings if finding.kind in fix.FIXER.kinds]
    return [module and module.code for module in made]


def each_becomes(rows: Mapping[str, tuple[str, str]]) -> Test:
    """A test for every pair of texts: with every fix made, the first is the second."""

    @pytest.mark.parametrize(("before", "after"), rows.values(), ids=[*rows])
    def test(before: str, after: str) -> None:
        assert repaired(before).text == after

    return test


def each_changes(rows: Mapping[str, tuple[str, str]], program: Program) -> Test:
    """A test for every pair of lines and of the changes that every fix together makes in their program."""

    @pytest.mark.parametrize(("lines", "made"), rows.values(), ids=[*rows])
    def test(lines: str, made: str) -> None:
        assert changes(program(lines)) == made

    return test


def each_is_declined(fix: ModuleType, rows: Mapping[str, str], program: Program = str) -> Test:
    """A test for every text: it has findings of a fix's kinds, and the fix makes nothing of any."""

    @pytest.mark.parametrize("text", rows.values(), ids=[*rows])
    def test(text: str) -> None:
        assert {*offered(fix, program(text))} == {None}

    return test


def made_at(fix: ModuleType, text: str, place: str) -> str | None:
    """What a fix makes of a text for a fault that only a run shows, at the first place that reads so."""
    before = text[: text.index(place)]
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    where = Location("example.py", line, column, line, column + len(place))
    after = fix.fix(Tree(text), Finding("GC000", "seen", Severity.ERROR, "", where, fix.FIXER.kinds[0]))
    return after and after.code
