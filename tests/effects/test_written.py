"""Rows that are written by hand say what their examples show, under both Kerases."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from measure import environment

from effects import written
from gradcheck.facts.effects.row import Effect, Flow, effect
from gradcheck.report.kinds import BOTH_KERAS

TABLES = [pytest.param(name, table, id=name) for name, table in written.tables()]


@pytest.mark.parametrize(("library", "table"), TABLES)
def test_every_row_has_an_example_and_begins_with_its_library(library, table):
    assert table.EFFECTS.keys() == table.EXAMPLES.keys()
    assert {name.partition(".")[0] for name in table.EFFECTS} == {library}
    assert list(table.EFFECTS) == sorted(table.EFFECTS)


@pytest.mark.tf
@pytest.mark.parametrize(("library", "table"), TABLES)
@pytest.mark.parametrize("keras", BOTH_KERAS)
def test_every_row_is_what_its_example_shows(library, table, keras):
    pytest.importorskip(library)
    command = [sys.executable, "-m", "effects.written", library]
    folder = Path(__file__).parents[1]
    done = subprocess.run(
        command, cwd=folder, env=environment(keras), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    wanted = {name: expected(effect(name), keras) for name in table.EFFECTS}
    assert json.loads(done.stdout) == wanted


def expected(row: Effect, keras: str) -> str:
    """What becomes of a gradient, as a row says it."""
    if row.flow is Flow.NONE:
        return "none"
    cut = row.flow is Flow.CUT and keras in row.keras
    return ("zero" if row.zero else "none") if cut else "arrives"
