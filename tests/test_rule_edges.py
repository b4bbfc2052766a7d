"""The edge cases of the rules, `tests/rules/<rule>.md`: marked, linted and measured like their pages.

A line marked `todo` is a missed alarm that is known of: the day it is found, its mark has to change.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from measure import Outcome
from test_rule_pages import check, lint_as_marked

from gradcheck.page import Example, examples
from gradcheck.registry import entries

CODES = {entry.rule.name: entry.rule.code for entry in entries()}
FILES = sorted((Path(__file__).parent / "rules").glob("*.md"))
EDGES = [
    pytest.param(path.stem.replace("_", "-"), example, id=f"{path.stem}: {example.heading}")
    for path in FILES
    for example in examples(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_edges_belong_to_a_rule(path: Path) -> None:
    name = path.stem.replace("_", "-")
    text = path.read_text(encoding="utf-8")
    assert name in CODES
    assert text.startswith(f"# {name}\n")
    titles = [example.heading for example in examples(text)]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(("rule", "example"), EDGES)
def test_edge_is_linted_as_marked(rule: str, example: Example) -> None:
    lint_as_marked(example, CODES[rule])


@pytest.mark.tf
@pytest.mark.parametrize(("rule", "example"), EDGES)
def test_edge_trains_as_marked(measured: tuple[str, dict[str, Outcome]], rule: str, example: Example) -> None:
    keras, outcomes = measured
    if not outcomes[example.code].skipped:
        check(outcomes[example.code], {mark.variable for mark in example.lost if keras in mark.keras})
