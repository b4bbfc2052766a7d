"""Runs many scripts as `python SCRIPT` would, with TensorFlow imported once: a process that has done so forks
for every one of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.main_job import warm_python

SECONDS = 600
"""What one script may take."""


@dataclass(frozen=True)
class Ended:
    """What one script wrote, and how it ended: its exit code, or minus the number of a signal."""

    out: str
    err: str
    code: int


def run(scripts: Sequence[Sequence[str]], keras: str) -> Iterator[Ended]:
    """Run scripts, each with its arguments and in its own folder, one after the other."""
    with warm_python(keras) as python:
        for script, *arguments in scripts:
            path = Path(script).absolute()
            yield _run([str(python), str(path), *arguments], path.parent)


def _run(command: Sequence[str], folder: Path) -> Ended:
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        try:
            out, err = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        return Ended(out, err, process.returncode)
