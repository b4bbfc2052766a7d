"""Models too large for any test machine, followed by their shapes: what gets no gradient, and where."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gradcheck.report.kinds import BOTH_KERAS

pytestmark = pytest.mark.tf

NOTE = "only shapes were followed: whether a gradient that arrives is zero, NaN or infinite is not known"


@pytest.fixture(scope="module", params=BOTH_KERAS)
def answer(request: pytest.FixtureRequest) -> Any:
    program = str(Path(__file__).with_name("shapes_program.py"))
    ended = subprocess.run(
        [sys.executable, program, request.param], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout)


@pytest.mark.parametrize(
    ("name", "variables", "dead", "lines"),
    [
        ("fit", 6, ["dead"], [6]),
        ("loop", 7, ["scale"], [8]),
        ("two players", 6, [], []),
        ("classes", 8, ["hard"], [6]),
    ],
)
def test_what_gets_no_gradient(
    answer: Any, name: str, variables: int, dead: list[str], lines: list[int]
) -> None:
    status, rows, cuts, reason, notes = answer["told"][name]
    assert (status, reason) == ("ok", None)
    assert NOTE in notes
    assert len(rows) == variables
    assert [path for path, found in rows if found == "none"] == dead
    assert {found for _, found in rows} <= {"none", "unknown"}
    assert cuts == lines


def test_no_weight_is_ever_filled(answer: Any) -> None:
    one_weight = 20_000 * 20_000 * 4
    assert answer["bytes"] < one_weight
