"""What gradcheck says about every fixture, against the measured truth: first the source, then the program.

Every program is put to the real main job, `gradcheck model.py`, under Keras 3; under Keras 2 those whose
truth differs there or that run under it alone, and of the others one in four, always the same ones.
`GRADCHECK_ALL_FIXTURES=1` runs all of them under both.
"""

from __future__ import annotations

import os
from typing import Any
from zlib import crc32

import pytest
from agreement import disagreements
from cases import Case, Expectation, cases
from main_job import diagnose

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import BOTH_KERAS, Severity

CASES = [pytest.param(case, id=case.name) for case in cases()]
READABLE = [pytest.param(case, id=case.name) for case in cases() if case.spec.get("static", True)]
EVERY, ONE_IN = os.environ.get("GRADCHECK_ALL_FIXTURES"), 4
PROBED = [
    pytest.param(case, keras, id=f"{case.name}-keras{keras}")
    for case in cases()
    for keras in BOTH_KERAS
    if case.runs(keras)
    and case.running(keras) == keras
    and (keras == "3" or case.differs or EVERY or crc32(case.name.encode()) % ONE_IN == 0)
]


@pytest.mark.parametrize("case", CASES)
def test_fixture_is_whole(case: Case) -> None:
    assert (case.folder / "oracle.py").exists()
    lines = case.program.read_text(encoding="utf-8").splitlines()
    assert all(1 <= line <= len(lines) for line in case.spec["root_lines"])
    assert case.spec["verdict"] in ("bug", "clean")
    assert bool(case.spec["root_lines"]) == (case.spec["verdict"] == "bug")
    assert any(case.runs(keras) for keras in BOTH_KERAS)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("keras", BOTH_KERAS)
def test_expectation_agrees_with_the_truth(case: Case, keras: str) -> None:
    if case.expected is not None and case.runs(keras):
        spoken = any(case.running(keras) in one.keras for one in case.expected)
        assert spoken == (case.verdict(keras) == "bug")


@pytest.mark.parametrize("case", READABLE)
def test_source(case: Case) -> None:
    text = case.program.read_text(encoding="utf-8")
    findings, problems = lint_text("model.py", text, Options(keras="both"))
    assert not problems
    found = tuple(sorted(_seen(one) for one in findings if one.severity is not Severity.INFO))
    if case.spec.get("todo"):
        assert not _hits(case, found), "found at last: run tests/update_fixtures.py"
    elif case.expected is not None:
        assert found == case.expected
    elif case.spec["verdict"] == "clean":
        assert found == ()
    else:
        assert _hits(case, found), f"nothing on lines {case.spec['root_lines']}: {found}"


def _seen(finding: Finding) -> Expectation:
    where = finding.location
    return Expectation(where.line, where.column, finding.rule, finding.variables, finding.keras)


def _hits(case: Case, found: tuple[Expectation, ...]) -> bool:
    return any(one.line in case.spec["root_lines"] for one in found)


@pytest.fixture(scope="module")
def reports(request: pytest.FixtureRequest) -> dict[tuple[str, str], dict[str, Any]]:
    """What the main job says of every fixture that a test is to be run for, by name and Keras."""
    asked = [item.callspec.params for item in request.session.items if item.name.startswith("test_program[")]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for keras in BOTH_KERAS:
        wanted = [one["case"] for one in asked if one["keras"] == keras]
        said = diagnose([case.program for case in wanted], keras) if wanted else []
        found |= {(case.name, keras): report for case, report in zip(wanted, said, strict=True)}
    return found


@pytest.mark.tf
@pytest.mark.parametrize(("case", "keras"), PROBED)
def test_program(case: Case, keras: str, reports: dict[tuple[str, str], dict[str, Any]]) -> None:
    wrong = list(disagreements(case, keras, reports[case.name, keras]))
    if reason := case.known(keras):
        assert wrong, "it agrees with the truth at last: take `known` out of case.toml"
        pytest.xfail(reason)
    assert not wrong
