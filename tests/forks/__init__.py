"""Runs many scripts as `python SCRIPT` would, with TensorFlow imported once: a process that has done so forks
for every one of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.measure import environment

CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Ended:
    """What one script wrote, and how it ended: its exit code, or minus the number of a signal."""

    out: str
    err: str
    code: int


def run(scripts: Sequence[Sequence[str]], keras: str) -> Iterator[Ended]:
    """Run scripts, each with its arguments and in its own folder, one after the other."""
    command = [sys.executable, str(CHILD), json.dumps([list(one) for one in scripts])]
    with ExitStack() as stack:
        child = stack.enter_context(
            subprocess.Popen(
                command,
                env=environment(keras),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        )
        stack.callback(child.kill)
        assert child.stdout is not None
        for _, line in zip(scripts, child.stdout, strict=True):
            yield Ended(**json.loads(line))
