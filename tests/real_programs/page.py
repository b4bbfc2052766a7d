"""Writes `docs/precision.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.cases import FIXTURES
from tests.real_programs.look import Looked
from tests.real_programs.verdicts import WORDS, Place, Precision, Verdict, precision
from tests.score.judge import Share

PAGE = FIXTURES.parent / "docs" / "precision.md"
HEAD = (
    "# Precision on public packages\n\n"
    "`python -m tests.real_programs` downloads {packages} packages ({lines} lines), checks them, and "
    "compares each error and warning with a person's verdict (`tests/real_programs/verdicts.toml`).\n\n"
    "*true*: the gradient is lost and nobody meant it.\n"
    "*debatable*: it is lost, and that is meant, harmless, or part of a test.\n"
    "*false*: it is not lost.\n"
    "Published packages work, so findings are few; what this page shows is how often one is wrong.\n"
    "A false alarm that is found here is repaired where it can be: these are the figures of a tool that has "
    "seen these packages. At first, 5 of 30 findings were false.\n\n"
    "{strict} of {all} findings are true ({strict_interval}), and {lenient} are true or debatable "
    "({lenient_interval}); 95 % intervals by Wilson.\n\n"
    "| package | lines | true | debatable | false |\n"
    "| --- | ---: | ---: | ---: | ---: |\n"
)


def write(looked: Sequence[Looked], known: Mapping[Place, Verdict]) -> None:
    """The page, from what was found and judged."""
    every = precision([place for one in looked for place in one.messages], known)
    rows = [_row(one, precision(one.messages, known)) for one in looked]
    PAGE.write_text(_head(looked, every) + "".join(rows) + _reasons(looked, known), encoding="utf-8")


def _head(looked: Sequence[Looked], every: Precision) -> str:
    return HEAD.format(
        packages=len(looked),
        lines=f"{sum(one.lines for one in looked):,}",
        strict=every.strict[0],
        all=every.strict[1],
        strict_interval=Share(*every.strict).interval,
        lenient=every.lenient[0],
        lenient_interval=Share(*every.lenient).interval,
    )


def _row(one: Looked, counted: Precision) -> str:
    words = f"{counted.true} | {counted.debatable} | {counted.false}"
    return f"| {one.package.name} {one.package.version} | {one.lines:,} | {words} |\n"


def _reasons(looked: Sequence[Looked], known: Mapping[Place, Verdict]) -> str:
    places = sorted(place for one in looked for place in one.messages)
    rows = []
    for word in WORDS:
        told = [
            f"- {_shown(place)}: {known[place].reason}\n" for place in places if known[place].word == word
        ]
        rows += [f"\n## {word.capitalize()}\n\n", *told] if told else []
    return "".join(rows)


def _shown(place: Place) -> str:
    return f"`{place.path}:{place.line}` {place.rule}"
