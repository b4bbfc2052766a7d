"""A program that is probed reads back what it wrote, and nothing that was there before has changed.

Whatever is done to files comes to the same as without any protection, operation by operation.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from faults import file_operations

WAYS = ("overlay", "redirection")


def operations(way: str, folder: Path) -> dict[str, object]:
    """What each operation gives, and what is seen in the end."""
    (folder / "scratch").mkdir(parents=True)
    (folder / "files").mkdir()
    file_operations.make(folder / "files")
    ran = subprocess.run(
        [sys.executable, file_operations.__file__, way, str(folder / "scratch")],
        cwd=folder / "files",
        capture_output=True,
        text=True,
        check=False,
    )
    if way == "overlay" and "protection" in ran.stderr:
        pytest.skip("this system allows no overlay")
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(line) for line in ran.stdout.splitlines())


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return operations("plain", tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize("way", WAYS)
def test_the_program_sees_what_it_did(way: str, plain: dict[str, object], tmp_path: Path) -> None:
    found = operations(way, tmp_path)
    assert {name: found.get(name) for name in plain if found.get(name) != plain[name]} == {}
    assert len(found) == len(file_operations.OPERATIONS) + 1


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_was_there_has_changed(way: str, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    file_operations.make(before)
    operations(way, tmp_path / "run")
    assert file_operations.tree(tmp_path / "run" / "files") == file_operations.tree(before)
