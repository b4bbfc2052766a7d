"""What a user is told to do about a program that ended before its first gradient."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gradcheck.probe.job.next_step import next_step

INSTALL = "next step: install what provides {!r} beside TensorFlow, or name what is to be probed"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program two folders below the root of its project."""
    (tmp_path / "notebooks" / "first").mkdir(parents=True)
    (tmp_path / "notebooks" / "first" / "train.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return tmp_path


def advice(name: str, target: str = "notebooks/first/train.py") -> str:
    error = ModuleNotFoundError(f"No module named {name!r}", name=name)
    return next_step(error, target, Path(target).parent.absolute())


@pytest.mark.parametrize(
    ("name", "file", "path"),
    [
        ("notebooks", "notebooks/helper.py", "."),
        ("notebooks.parts", "notebooks/parts/helper.py", "."),
        ("helper", "helper.py", "."),
        ("helper", "notebooks/helper.py", "notebooks"),
        ("package.models", "src/package/models.py", "src"),
    ],
)
def test_what_lies_above_the_program_is_put_on_its_path(
    project: Path, name: str, file: str, path: str
) -> None:
    (project / file).parent.mkdir(parents=True, exist_ok=True)
    (project / file).touch()
    place = project / path
    command = f"PYTHONPATH={place} gradcheck notebooks/first/train.py"
    said = f"next step: {name!r} is in a folder above the program: put that on its path, as in: {command}"
    assert advice(name) == said
    words = [sys.executable, "-c", f"import {name}"]
    assert subprocess.run(words, env={"PYTHONPATH": str(place)}, check=False).returncode == 0


@pytest.mark.parametrize("name", ["notebooks", "nowhere", "first", "", "..", "a/b", "\0", "notebooks.first"])
def test_what_lies_nowhere_has_to_be_installed(project: Path, name: str) -> None:
    (project / "notebooks" / "first" / "train.py").rename(project / "train.py")
    said = advice(name, "train.py")
    assert said.startswith(INSTALL.format(name.partition(".")[0])) if name else "these versions" in said


def test_a_path_that_is_set_is_kept_and_names_are_quoted(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    (project / "my programs").mkdir()
    (project / "my programs" / "train.py").touch()
    (project / "helper.py").touch()
    command = f"PYTHONPATH={project}:$PYTHONPATH gradcheck 'my programs/train.py'"
    assert advice("helper", "my programs/train.py").endswith(command)
