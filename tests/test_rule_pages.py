"""Every example on every rule's page is a test: linted, and measured under both Kerases.

A marked line must be found exactly where the mark stands, and its variable must really lose its gradient
under the Kerases the mark names; whatever is not marked must be silent, and its gradients must flow.
"""

from __future__ import annotations

from importlib import import_module

import pytest
from measure import Outcome

from gradcheck.base.modules import parts
from gradcheck.config.options import Options
from gradcheck.facts import checks
from gradcheck.lint import lint_text
from gradcheck.page import Example, Expected, examples, headings, summary
from gradcheck.registry import Entry, entries

HEADINGS = ("What it does", "Why is this bad", "Example", "Use instead")
PAGES = [pytest.param(entry, id=entry.rule.name) for entry in entries()]
EXAMPLES = [
    pytest.param(entry, example, id=f"{entry.rule.name}-{number}-{example.heading}")
    for entry in entries()
    for number, example in enumerate(examples(entry.page))
]


@pytest.mark.parametrize("entry", PAGES)
def test_page_has_every_heading_in_order(entry: Entry) -> None:
    found = [heading for heading in headings(entry.page) if heading in HEADINGS]
    # A rule that no source can show has a page in words only.
    wanted = [*HEADINGS] if examples(entry.page) else [*HEADINGS[:2]]
    assert found == wanted
    assert summary(entry.page).endswith(".")


@pytest.mark.parametrize("entry", PAGES)
def test_page_has_bad_and_good_examples(entry: Entry) -> None:
    marked = [bool(example.marks) for example in examples(entry.page)]
    assert not marked or (True in marked and False in marked)


@pytest.mark.parametrize("entry", PAGES)
def test_rule_is_named_by_its_file(entry: Entry) -> None:
    assert entry.rule.module == f"gradcheck.rules.{entry.rule.name.replace('-', '_')}"
    assert import_module(entry.rule.module).RULE is entry.rule
    assert entry.rule.code.startswith("GC")
    assert entry.rule.code[2:].isdigit()


def test_checks_are_named_after_the_rules_they_decide() -> None:
    rules = [entry.rule.name.replace("-", "_") for entry in entries()]
    others = [
        check
        for check in parts(checks.__path__)
        if not any(f"{check}_".startswith(f"{rule}_") for rule in rules)
    ]
    assert others == [
        "cut_paths",
        "cut_paths_of_early_terms",
        "cut_paths_of_tensors",
        "cut_paths_of_terms",
    ]


def test_codes_and_kinds_belong_to_one_rule_each() -> None:
    codes = [entry.rule.code for entry in entries()]
    kinds = [entry.rule.kind for entry in entries()]
    assert len(set(codes)) == len(codes)
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize(("entry", "example"), EXAMPLES)
def test_example_is_linted_as_marked(entry: Entry, example: Example) -> None:
    lint_as_marked(example, entry.rule.code)


def lint_as_marked(example: Example, code: str) -> None:
    """What is marked must be found, all of it by the rule of this code, and nothing else."""
    found, problems = lint_text("example.py", example.code, Options(keras="both"))
    got = [
        Expected(finding.location.line, finding.severity.value, name, finding.keras)
        for finding in found
        for name in finding.variables
    ]
    assert sorted(got) == sorted(example.expected)
    assert {finding.rule for finding in found} <= {code}
    assert not problems


@pytest.mark.tf
@pytest.mark.parametrize(("entry", "example"), EXAMPLES)
def test_example_trains_as_marked(
    measured: tuple[str, dict[str, Outcome]], entry: Entry, example: Example
) -> None:
    keras, outcomes = measured
    outcome = outcomes[example.code]
    if not outcome.skipped:
        check(outcome, {mark.variable for mark in example.lost if keras in mark.keras})


def check(outcome: Outcome, marked: set[str]) -> None:
    """What is marked must be bad, what is bad must be marked, and what raises must be marked."""
    if outcome.error and not outcome.variables:
        assert marked, outcome.error
        return
    unmarked = [
        f"{variable.path}: {variable.status}" for variable in outcome.bad if not variable.names & marked
    ]
    assert not unmarked, f"bad but not marked: {unmarked}"
    bad = frozenset[str]().union(*(variable.names for variable in outcome.bad))
    assert marked <= bad, f"marked but trains: {sorted(marked - bad)} of {outcome.variables}"
    assert marked or not outcome.error, outcome.error
