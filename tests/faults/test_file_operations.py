"""A program that is probed reads back what it wrote, and nothing that was there before has changed.

Whatever is done to files comes to the same as without any protection, operation by operation.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from output.samples import PROBE

from faults import file_operations
from gradcheck.output import Screen, render
from gradcheck.report.report import Report

WAYS = ("overlay", "redirection", "redirection alone")
"""The last one has no help of the kernel's."""
NOBODY = 65534
USERS = {"the user": None} if os.getuid() else {"root": None, "a user": NOBODY}


def operations(way: str, folder: Path, user: int | None) -> dict[str, object]:
    """What each operation gives, and what is seen in the end."""
    made = [folder / "scratch", folder / "files"]
    for place in made:
        place.mkdir(parents=True)
    file_operations.make(folder / "files")
    for place in (*made, *folder.rglob("*")) if user else ():
        os.chown(place, user, user, follow_symlinks=False)
    ran = subprocess.run(
        [sys.executable, file_operations.__file__, way, str(folder / "scratch"), str(user or os.getuid())],
        cwd=folder / "files",
        capture_output=True,
        text=True,
        check=False,
    )
    if way == "overlay" and "protection" in ran.stderr:
        pytest.skip("this system allows no overlay")
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(line) for line in ran.stdout.splitlines())


@pytest.fixture(scope="module", params=USERS.values(), ids=USERS)
def user(request: pytest.FixtureRequest) -> int | None:
    """Whose program it is: what root may do shows little of what others may not."""
    return request.param


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can enter."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def plain(user: int | None) -> Iterator[dict[str, object]]:
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield operations("plain", made, user)
    shutil.rmtree(made)


@pytest.mark.parametrize("way", WAYS)
def test_the_program_sees_what_it_did(
    way: str, user: int | None, plain: dict[str, object], folder: Path
) -> None:
    found = operations(way, folder, user)
    assert {name: found.get(name) for name in plain if found.get(name) != plain[name]} == {}
    assert len(found) == len(file_operations.OPERATIONS) + 1


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_was_there_has_changed(way: str, user: int | None, folder: Path) -> None:
    before = folder / "before"
    before.mkdir()
    file_operations.make(before)
    operations(way, folder / "run", user)
    after = folder / "run" / "files"
    assert file_operations.tree(after) == file_operations.tree(before)
    assert {
        path.name for path in after.rglob("*") if abs(path.lstat().st_mtime - time.time()) > 3600
    } == set()


STARTS = """
import os, subprocess, sys
from pathlib import Path
from gradcheck.probe.child.shadow import redirection
os.mkdir(sys.argv[1] + "/shadow")
scratch = Path(sys.argv[1])
kind = redirection.enter(scratch / "shadow", scratch, {}).kind
os.chmod("own.txt", 0o600)
subprocess.run(["chmod", "600", "others.txt"], check=True)
subprocess.run(["touch", "-d", "2001-01-01", "others.txt"], check=True)
print(kind)
"""


def test_what_another_process_does_to_modes_and_times_is_not_called_undone(tmp_path: Path) -> None:
    scratch, files = tmp_path / "scratch", tmp_path / "files"
    for folder in (scratch, files):
        folder.mkdir()
    for name in ("own.txt", "others.txt"):
        (files / name).write_text(name)
        (files / name).chmod(0o644)
    command = [sys.executable, "-c", STARTS, str(scratch)]
    ran = subprocess.run(command, cwd=files, capture_output=True, text=True, check=False)
    assert ran.stdout == "redirection\n", ran.stderr
    modes = {name: (files / name).stat().st_mode & 0o777 for name in ("own.txt", "others.txt")}
    assert modes == {"own.txt": 0o644, "others.txt": 0o600}
    told = {way: _told(way) for way in WAYS[:2]}
    assert "no file that was there before was changed" in told["overlay"]
    assert "no file that was there before was changed" not in told["redirection"]
    assert "modes, times and owners that native code or other processes change are not" in told["redirection"]


def _told(way: str) -> str:
    probe = replace(PROBE, protection=way)
    return " ".join(render("text", Report(probes=(probe,)), Screen(width=80)).split())
