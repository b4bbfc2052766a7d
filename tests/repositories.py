"""Git repositories that tests make, whoever runs them."""

from __future__ import annotations

import subprocess
from pathlib import Path

_IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")


def git(*words: str, at: Path | None = None) -> bytes:
    """What git prints, in the current folder or in another one."""
    return subprocess.run(["git", *_IDENTITY, *words], cwd=at, check=True, capture_output=True).stdout


def committed(folder: Path, what: str = ".") -> None:
    """Make a folder a repository, and commit what is in it."""
    git("init", at=folder)
    git("add", what, at=folder)
    git("commit", "-m", "first", at=folder)
