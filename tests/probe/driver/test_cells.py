"""A gradient measures the same as a value, in a graph, and in a compiled graph."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tf

EXPECTED = {
    "usual": [5.0, 4.0],
    "scalar": [2.0, 2.0],
    "zero": [0.0, 0.0],
    "empty": [0.0, 0.0],
    "half": [60000.0, 60000.0],
    "brain": [5.0, 4.0],
    "tiny": [1e-30, 1e-30],
    "huge": [1e30, 1e30],
    "complex": [5.0, 5.0],
    "none": [0.0, 0.0, "missing"],
    "other": [10.0, 8.0],
    "other zero": [0.0, 0.0],
    "wide": [100.0, 1.0],
    "rows": [13.0, 12.0],
    "double": [1e-200, 1e-200],
}


@pytest.fixture(scope="module")
def told() -> Any:
    program = str(Path(__file__).with_name("cells_program.py"))
    ended = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.mark.parametrize("way", ["eager", "graph", "compiled"])
def test_size_of_a_gradient(told: Any, way: str) -> None:
    assert {name: told[way][name] for name in EXPECTED} == EXPECTED


@pytest.mark.parametrize("way", ["eager", "graph", "compiled"])
def test_what_is_no_number_is_said(told: Any, way: str) -> None:
    assert told[way]["nan"][2:] == ["nan"]
    assert told[way]["other nan"][2:] == ["nan"]
    assert told[way]["inf"][2:] == ["inf"]
