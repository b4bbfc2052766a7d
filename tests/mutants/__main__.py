"""`python -m tests.mutants PATH_OR_PACKAGE...`: which cuts in other people's code the static half names.

A mutant is hit when a finding that the file did not have before stands on its line. Silent ones are listed
by what the report says of the weight that they starve. Nothing is executed.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from gradcheck.config.options import Options
from gradcheck.lint import lint_source
from gradcheck.report.finding import Finding
from gradcheck.report.report import Report
from gradcheck.source.discover import SourceFile, read
from tests.fates import TESTS, files, folder_of

from .operators import OPERATORS, Mutant
from .source import Source

OPTIONS = Options(keras="both", extend_select=("ALL",))


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant: on its line, elsewhere, or silent because of something."""

    package: str
    mutant: Mutant
    hit: bool
    elsewhere: bool
    reason: str


def main() -> None:
    """Score every package and every operator."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="+", metavar="PATH_OR_PACKAGE")
    parser.add_argument("--most", type=int, default=10, help="mutants of an operator in a package (10)")
    parser.add_argument("--only", help="this operator alone")
    parser.add_argument("--list", action="store_true", help="list every mutant that is not hit")
    options = parser.parse_args()
    outcomes = []
    for target in options.targets:
        found = list(_tried(target, options.most, options.only))
        outcomes += found
        print(_share(target, found), flush=True)
        if options.list:
            _list(found)
    _by_operator(outcomes)
    _by_reason(outcomes)
    print(_share("all", outcomes))


def mutants(target: str, most: int, only: str | None = None) -> list[Mutant]:
    """A package's mutants: of each operator as many as asked for, the same in each run."""
    made: dict[str, list[Mutant]] = defaultdict(list)
    for path in files(folder_of(target)):
        source = _source(path) if not TESTS.search(path) else None
        for operator in OPERATORS if source else ():
            if only in (None, operator.__name__):
                assert source is not None
                made[operator.__name__] += operator(source)
    chosen = []
    for name, found in made.items():
        Random(name).shuffle(found)
        chosen += found[:most]
    return chosen


def _source(path: str) -> Source | None:
    found = read(path)
    words = ("add_weight", "layers", "GradientTape")
    if not isinstance(found, SourceFile) or not any(word in found.text for word in words):
        return None
    try:
        return Source(path, found.text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _tried(target: str, most: int, only: str | None) -> Iterator[Outcome]:
    before: dict[str, set[tuple[str, str]]] = {}
    for mutant in mutants(target, most, only):
        if mutant.path not in before:
            unchanged = read(mutant.path)
            assert isinstance(unchanged, SourceFile)
            before[mutant.path] = set(_spots(lint_source(unchanged, OPTIONS), unchanged))
        report = lint_source(SourceFile(mutant.path, mutant.text), OPTIONS)
        yield _judged(target, mutant, report, before[mutant.path])


def _spots(report: Report, source: SourceFile) -> Iterable[tuple[str, str]]:
    rows = source.text.splitlines()
    return ((one.rule, rows[one.location.line - 1].strip()) for one in _within(report, source.path))


def _within(report: Report, path: str) -> list[Finding]:
    """The findings that are not in the files that it imports."""
    return [one for one in report.findings if one.location.path == path]


def _judged(target: str, mutant: Mutant, report: Report, before: set[tuple[str, str]]) -> Outcome:
    rows = mutant.text.splitlines()
    mine = _within(report, mutant.path)
    new = [one for one in mine if (one.rule, rows[one.location.line - 1].strip()) not in before]
    hit = any(one.location.line in mutant.lines for one in new)
    return Outcome(target, mutant, hit, bool(new) and not hit, "" if hit else _reason(mutant, report))


def _reason(mutant: Mutant, report: Report) -> str:
    """What the report says of the weight instead."""
    if report.errors:
        return f"error: {report.errors[0].message[:60]}"
    for one in report.weights:
        if one.weight.birth.line == mutant.birth:
            met = one.obstacle
            return f"{met.reason.value}: {met.expression[:50]}" if met else f"fate {one.fate.value}"
    return "not listed" if mutant.birth else "a tape"


def _share(title: str, outcomes: list[Outcome]) -> str:
    hits, wrong = sum(one.hit for one in outcomes), sum(one.elsewhere for one in outcomes)
    share = f"{hits / len(outcomes):.0%}" if outcomes else "-"
    return f"{title}: {hits} of {len(outcomes)} on the line ({share}), {wrong} elsewhere"


def _list(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        if not one.hit:
            made = one.mutant
            place = f"{made.path}:{made.lines[0]}"
            print(f"    {made.operator} {made.owner}.{made.name} {place} {one.reason}")


def _by_operator(outcomes: list[Outcome]) -> None:
    for operator in OPERATORS:
        print(
            "  "
            + _share(operator.__name__, [one for one in outcomes if one.mutant.operator == operator.__name__])
        )


def _by_reason(outcomes: list[Outcome]) -> None:
    silent = Counter(one.reason.partition(":")[0] for one in outcomes if not one.hit)
    print("  not on the line: " + ", ".join(f"{count} {word}" for word, count in silent.most_common()))


if __name__ == "__main__":
    main()
