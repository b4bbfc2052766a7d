"""The page about versions: a line that is run anew takes the place of the old one with its Python."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import versions

from gradcheck.facts.effects.versions import MEASURED


def test_a_line_takes_the_place_of_the_one_with_its_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = tmp_path / "versions.md"
    below = "\nWhat is not alike.\n\n## Effect rows\n\n| 2.18.1 | 3.12 | 2, 3 |\n"
    page.write_text(f"{versions.HEAD}| 2.15.1 | 3.10 | 1 of 2 | not there | 2026-01-01 |\n{below}")
    monkeypatch.setattr(versions, "PAGE", page)
    newest, old = versions.MATRIX[-1], versions.MATRIX[0]
    for row, line in ((newest, "| 2.22.0 | 3.13 | a |\n"), (old, "| 2.15.2 | 3.10 | b |\n")):
        versions._write(row, line)
    assert page.read_text() == f"{versions.HEAD}| 2.15.2 | 3.10 | b |\n| 2.22.0 | 3.13 | a |\n{below}"


def test_the_page_and_the_tables_name_the_same_tensorflows() -> None:
    """The tables are those of the last; each of the others has a line of what differed."""
    rows = versions.PAGE.read_text().partition("## Effect rows")[2]
    told = re.findall(r"^\| (\d+)\.(\d+)\.\d+ \|", rows, re.M)
    measured = [one.tensorflow for one in MEASURED]
    assert [(int(major), int(minor)) for major, minor in told] == measured[:-1]
    assert f"measured with TensorFlow {'.'.join(map(str, measured[-1]))}," in rows
