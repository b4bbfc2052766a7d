"""The fixes on the rules' pages: each block under `## Fix` is what a fix makes of one of the page's examples.

What only a run shows (`# probe:`) is handed to the fixes as a run reports it, at its line.

That the blocks train, under both Kerases, is measured with all other examples.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from fixing import repaired

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.registry import entries as fixes
from gradcheck.fix.registry import entries_for
from gradcheck.page import Example, Expected, examples
from gradcheck.registry import Entry, by_kind, entries
from gradcheck.report.finding import Finding, Location, Weight
from gradcheck.report.kinds import Half

_MARK = re.compile(r"\s*# (?:error|warning|info|probe|todo)(?:\[\w+\])?:.*$", re.M)
FIXED = [entry for entry in entries() if any(example.heading == "Fix" for example in examples(entry.page))]


def test_the_order_of_fixes_for_one_fault_is_decided() -> None:
    places = Counter(
        (kind, one.safe, one.keeps_value, one.rank)
        for one in (entry.fixer for entry in fixes())
        for kind in one.kinds
    )
    assert [place for place, count in places.items() if count > 1] == []


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.rule.name) for entry in FIXED])
def test_the_page_shows_what_the_fix_makes(entry: Entry) -> None:
    bad = [_MARK.sub("", example.code) for example in _under(entry, bad=True)]
    made = [repaired(code).text for code in bad]
    made += [text for example in _under(entry, bad=True) for _, text in _by_the_run(entry, example)]
    shown = [example.code for example in _under(entry, bad=False)]
    assert [code for code in shown if code not in made] == [], made


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.rule.name) for entry in FIXED])
def test_a_second_run_changes_nothing(entry: Entry) -> None:
    for example in _under(entry, bad=False):
        assert repaired(example.code).text == example.code


@pytest.mark.parametrize("fix", [pytest.param(fix, id=fix.fixer.name) for fix in fixes()])
def test_every_fix_is_shown_on_a_page(fix) -> None:
    rules = [by_kind()[kind] for kind in fix.fixer.kinds]
    pages = [entry for entry in FIXED if entry.rule in rules]
    titles = {
        finding.fix.title
        for entry in pages
        for example in _under(entry, bad=True)
        for finding in repaired(_MARK.sub("", example.code)).fixed
        if finding.fix
    }
    titles |= {
        title
        for entry in pages
        for example in _under(entry, bad=True)
        for title, _ in _by_the_run(entry, example)
    }
    assert fix.fixer.title in titles


def _under(entry: Entry, *, bad: bool) -> list[Example]:
    found = [example for example in examples(entry.page) if (example.heading == "Fix") != bad]
    return [example for example in found if bool(example.marks) == bad]


def _by_the_run(entry: Entry, example: Example) -> Iterator[tuple[str, str]]:
    """What each fix of the rule makes of what only a run shows, with its title."""
    code = _MARK.sub("", example.code)
    for mark in example.marks:
        for one in entries_for(entry.rule.kind) if mark.half is Half.PROBE else ():
            module = one.fix(Tree(code), _seen(entry, code, mark))
            if module is not None:
                yield one.fixer.title, module.code


def _seen(entry: Entry, code: str, mark: Expected) -> Finding:
    line, text = mark.line, code.splitlines()[mark.line - 1]
    where = Location("example.py", line, len(text) - len(text.lstrip()) + 1, line, len(text) + 1)
    weights = (Weight(mark.variable, mark.variable, where),)
    rule = entry.rule
    return Finding(rule.code, rule.name, rule.severity, "", where, rule.kind, weights=weights)
