"""Asks git which lines changed. The only file that runs git."""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

_HUNK = re.compile(r"^@@ -\d+(?:,(?P<removed>\d+))? \+(?P<start>\d+)(?:,(?P<count>\d+))? @@")


class DiffError(Exception):
    """Git could not say what changed; the text says why."""


def changed_lines(base: str, paths: Iterable[str]) -> dict[str, frozenset[int]]:
    """For each of these files the lines that changed since the branch left `base`; all lines of a new one."""
    files = {os.path.realpath(path): path for path in paths}
    if not files:
        return {}
    root = Path(_git(["rev-parse", "--show-toplevel"]).strip())
    start = _git(["merge-base", base, "HEAD"]).strip()
    diff = [
        "-c",
        "core.quotePath=off",
        "diff",
        "--unified=0",
        "--no-color",
        "--no-ext-diff",
        "--no-prefix",
        start,
    ]
    found = parse(_git([*diff, "--", *files]))
    new = _git(["ls-files", "--others", "--exclude-standard", "-z", "--full-name", "--", str(root)]).split(
        "\0"
    )
    lines = {str(root / name): numbers for name, numbers in found.items()}
    lines |= {str(root / name): _all_lines(root / name) for name in new if str(root / name) in files}
    return {files[path]: numbers for path, numbers in lines.items() if path in files}


def parse(diff: str) -> dict[str, frozenset[int]]:
    """The added or changed lines of each file in a diff without context."""
    found: dict[str, set[int]] = {}
    lines: set[int] = set()
    rows = iter(diff.split("\n"))
    for row in rows:
        if row.startswith("+++ "):
            lines = found.setdefault(row[4:].rstrip("\t"), set())
        elif hunk := _HUNK.match(row):
            first, count = int(hunk["start"]), int(hunk["count"] or 1)
            lines.update(range(first, first + count))
            # A changed line may look like a header: skip them by their number.
            deque(islice(rows, count + int(hunk["removed"] or 1)), maxlen=0)
    return {path: frozenset(numbers) for path, numbers in found.items()}


def _all_lines(path: Path) -> frozenset[int]:
    return frozenset(range(1, path.read_bytes().count(b"\n") + 2))


def _git(arguments: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], capture_output=True, text=True, check=False, errors="replace"
        )
    except OSError as error:
        raise DiffError(f"git cannot be started: {error.strerror}") from None
    if done.returncode:
        raise DiffError(done.stderr.strip().splitlines()[0] if done.stderr.strip() else "git failed")
    return done.stdout
