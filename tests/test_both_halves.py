"""Every rule's two halves agree: the real main job, over every marked example of every page, both Kerases.

`gradcheck EXAMPLE` must come back with exactly the marked findings, each confirmed where the rule's row says
that both halves see the fault, and with nothing beside them. What a page shows in place of its fault must
come back with nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
from main_job import diagnose

from gradcheck.page import Example, Expected, examples
from gradcheck.registry import Entry, entries
from gradcheck.report.kinds import BOTH_KERAS, Half

INSTEAD = "Use instead"
KNOWN = {
    ("gradient-not-applied", 4, "2"): "to the run the bounds are what is applied, and the gradient arrives",
    ("gradient-not-applied", 4, "3"): "to the run the bounds are what is applied, and the gradient arrives",
    (
        "weight-does-not-move",
        3,
        "3",
    ): "Keras 3 begins the average behind the first step, so the weights move once",
    ("weight-frozen", 7, "2"): "what is created with trainable=False is in no list that the run asks about",
    ("weight-frozen", 7, "3"): "what is created with trainable=False is in no list that the run asks about",
    ("weight-frozen", 9, "2"): "the run saw the layer train in the model that was switched off afterwards",
    ("weight-frozen", 9, "3"): "the run saw the layer train in the model that was switched off afterwards",
    ("weight-not-tracked", 7, "2"): "the layer is gone with each call, and its variables with it",
    ("weight-not-tracked", 15, "3"): "building the model uses up the iterator, so no step meets the layer",
}
"""Examples on which the halves disagree, by rule, number and Keras, and why the run cannot see the fault.
Nothing new may come in, and what comes to agree is to be taken off.
"""


@dataclass(frozen=True)
class Shown:
    """One finding as an example's marks and a report can be compared."""

    line: int
    rule: str
    severity: str
    evidence: str


CASES = [
    (entry, number, example)
    for entry in entries()
    for number, example in enumerate(examples(entry.page), 1)
    if example.marks or example.heading == INSTEAD
]
IDS = [f"{entry.rule.name}-{number}" for entry, number, _ in CASES]


@pytest.fixture(scope="module", params=BOTH_KERAS, ids=[f"keras{keras}" for keras in BOTH_KERAS])
def reports(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, Any]]:
    """The report on every example that a test is to be run for, under one Keras."""
    folder = tmp_path_factory.mktemp("examples")
    mine = [item for item in request.session.items if item.path == request.path and hasattr(item, "callspec")]
    asked = [item.callspec.params for item in mine if "number" in item.callspec.params]
    examples = {f"{one['entry'].rule.name}-{one['number']}": one["example"] for one in asked}
    programs = [folder / name / "model.py" for name in examples]
    for program, example in zip(programs, examples.values(), strict=True):
        program.parent.mkdir()
        program.write_text(example.code, encoding="utf-8")
    return request.param, dict(zip(examples, diagnose(programs, request.param), strict=True))


@pytest.mark.tf
@pytest.mark.parametrize(("entry", "number", "example"), CASES, ids=IDS)
def test_the_main_job_says_what_the_page_marks(
    reports: tuple[str, dict[str, Any]], entry: Entry, number: int, example: Example
) -> None:
    keras, by_name = reports
    if keras == "2" and _brings_its_keras(example):
        pytest.skip("the example imports Keras 3 itself")
    report = by_name[f"{entry.rule.name}-{number}"]
    marks = [mark for mark in example.marks if keras in mark.keras and mark.half is not None]
    marks = [mark for mark in marks if not _told_elsewhere(mark, marks, report)]
    found = {_shown(finding) for finding in report["findings"]}
    missing = {name for mark in marks for name in _missing(mark, report)}
    agrees = found == _wanted(entry, marks) and not missing and not _told_twice(report["findings"])
    if reason := KNOWN.get((entry.rule.name, number, keras)):
        assert not agrees, "the halves agree at last: take it off the list"
        pytest.xfail(reason)
    assert agrees, (report["findings"], missing)


def _wanted(entry: Entry, marks: list[Expected]) -> set[Shown]:
    """A finding for each line with a mark; of `probe` marks, which say no severity, the rule's own."""
    confirmed = {Half.BOTH: "confirmed", Half.STATIC: "static", Half.PROBE: "probe"}[entry.rule.seen_by]
    own = entry.rule.severity.value
    return {
        Shown(mark.line, entry.rule.code, mark.severity, confirmed)
        if mark.half is not Half.PROBE
        else Shown(mark.line, entry.rule.code, own, "probe")
        for mark in marks
    }


def _told_twice(findings: list[dict[str, Any]]) -> bool:
    """Whether a variable is told of by two findings on one line: of several cuts there, each has its own."""
    told = [(one["line"], name) for one in findings for name in one["variables"]]
    return len(told) != len(set(told))


def _shown(finding: dict[str, Any]) -> Shown:
    return Shown(finding["line"], finding["rule"], finding["severity"], finding["evidence"])


def _told_elsewhere(mark: Expected, marks: list[Expected], report: dict[str, Any]) -> bool:
    """Whether what only a run shows is told with a fault that both halves see, as one more of its victims."""
    others = [replace(mark, line=other.line) for other in marks if other.half is not Half.PROBE]
    return mark.half is Half.PROBE and any(not _missing(other, report) for other in others)


def _missing(mark: Expected, report: dict[str, Any]) -> set[str]:
    """The marked variable, unless a finding on its line names it or a part of it: a layer's kernel."""
    names = [name for one in report["findings"] if one["line"] == mark.line for name in one["variables"]]
    parts = {part for name in names for part in re.split(r"[/:]", name)}
    return {mark.variable} - parts


def _brings_its_keras(example: Example) -> bool:
    return re.search(r"^(?:import|from) keras\b", example.code, re.M) is not None


def test_no_excuse_is_for_an_example_that_is_gone() -> None:
    assert {(name, number) for name, number, _ in KNOWN} <= {
        (entry.rule.name, number) for entry, number, _ in CASES
    }
