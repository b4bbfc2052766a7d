"""`gradcheck rules --test FILE`: does a rule find what the examples on its page mark, and nothing else?"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import click

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from gradcheck.page import Example, Expected, examples
from gradcheck.project_rules import rule_set
from gradcheck.registry import Entry


def tried(path: str) -> tuple[str, bool]:
    """What to say about a rule file's examples, and whether all of them hold. Nothing but the rule file is
    executed: the examples are read, as any file is."""
    known = rule_set((os.path.abspath(path),))
    for problem in known.problems:
        raise click.UsageError(f"{path}:{problem.line}: {problem.message}")
    (entry,) = known.own
    found = examples(entry.page)
    faults = [
        f"example {number} ({example.heading}): {one}"
        for number, example in enumerate(found, 1)
        for one in wrong(entry, example)
    ]
    faults += _missing(found)
    held = f"{entry.rule.code} {entry.rule.name}: {len(found)} examples hold"
    return "\n".join(f"{path}: {line}" for line in faults or [held]), not faults


def wrong(entry: Entry, example: Example) -> Iterator[str]:
    """Where the rule and the marks of one example disagree."""
    said, problems = lint_text("example.py", example.code, Options(keras="both", rules=(entry.path,)))
    yield from (f"line {one.line}: {one.message}" for one in problems)
    found = Counter(
        Expected(one.location.line, one.severity.value, name, one.keras)
        for one in said
        if one.rule == entry.rule.code
        for name in one.variables or ("-",)
    )
    marked = Counter(example.expected)
    yield from (f"line {one.line}: marked, not found: {_shown(one)}" for one in sorted(marked - found))
    yield from (f"line {one.line}: found, not marked: {_shown(one)}" for one in sorted(found - marked))


def _missing(found: tuple[Example, ...]) -> list[str]:
    """A page shows what the rule finds, and what it must leave alone."""
    marks = [bool(example.marks) for example in found]
    wanted = {True: "with a mark, such as # warning: mu", False: "without a mark, that must be silent"}
    return [f"has no example {what}" for kind, what in wanted.items() if kind not in marks]


def _shown(one: Expected) -> str:
    only = "" if len(one.keras) > 1 else f"[keras{one.keras[0]}]"
    return f"{one.severity}{only}: {one.variable}"
