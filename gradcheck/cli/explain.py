"""`gradcheck explain` and `gradcheck rules`: what the rules say about themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click

from gradcheck.base.printable import printable
from gradcheck.cli.paging import bold, hung, reflowed, width
from gradcheck.config.pyproject import ConfigError, load
from gradcheck.lint import held_back
from gradcheck.page import summary
from gradcheck.project_rules import rule_set
from gradcheck.registry import Entry, entries


def page(word: str) -> str:
    """A rule's page under its code and name."""
    entry = _find(word)
    heading = f"{entry.rule.code} {entry.rule.name} ({entry.rule.severity.value})"
    text, room = entry.page.strip(), width()
    lines = map(_line, text.splitlines()) if room is None else reflowed(text, room)
    return "\n".join([bold(heading), "", *lines])


def listing(form: str) -> str:
    """Every rule: code, name, severity and what it says."""
    return json.dumps([_row(entry) for entry in _entries()], indent=2) if form == "json" else _table()


def _entries() -> tuple[Entry, ...]:
    """Our rules and those of the project in the current folder; what keeps one of those out is said."""
    try:
        options = load()
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    known = rule_set(options.rules)
    for problem in (*held_back(options), *known.problems):
        click.echo(printable(f"{problem.path}:{problem.line}: {problem.message}"), err=True)
    return known.entries


def _find(word: str) -> Entry:
    found = _by_word(entries())
    if word.lower().replace("_", "-") not in found:
        found = _by_word(_entries())
    key = word.lower().replace("_", "-")
    if key not in found:
        from difflib import get_close_matches

        close = get_close_matches(key, found, n=1)
        hint = f"did you mean {found[close[0]].rule.name}?" if close else "`gradcheck rules` lists them"
        raise click.UsageError(f"no rule {word!r}: {hint}")
    return found[key]


def _by_word(rules: Iterable[Entry]) -> dict[str, Entry]:
    return {key.lower(): entry for entry in rules for key in (entry.rule.code, entry.rule.name)}


def _row(entry: Entry) -> dict[str, str]:
    rule = entry.rule
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "kind": rule.kind.value,
        "since": rule.since,
        "summary": summary(entry.page),
        "page": entry.page.strip(),
    }


def _table() -> str:
    rows = [
        (entry.rule.code, entry.rule.name, entry.rule.severity.value, summary(entry.page))
        for entry in _entries()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    room = width() or 10_000
    return "\n".join(hung(f"{'  '.join(map(str.ljust, row[:3], widths))}  ", row[3], room) for row in rows)


def _line(line: str) -> str:
    return bold(line.removeprefix("## ")) if line.startswith("## ") else line
