"""What an adapter is made of: a tool reads or runs programs, and raises alarms."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, order=True)
class Alarm:
    """One message of a tool about one program; `line` is 0 where it names none."""

    line: int
    what: str


@dataclass(frozen=True)
class Question:
    """Programs to look at, each alone in a folder; `bin` holds the tool's own commands."""

    programs: Sequence[Path]
    keras: str
    bin: Path | None = None


Answer = list[tuple[Alarm, ...]]
"""The alarms on each program."""


@dataclass(frozen=True)
class Tool:
    """A tool, how it is asked, and what pip installs for it into an environment of its own."""

    title: str
    how: str
    answer: Callable[[Question], Answer]
    requires: tuple[str, ...] = ()
    version_of: str = "gradcheck"


def shared_out(question: Question, rows: Sequence[tuple[str, int, str]]) -> Answer:
    """Rows of a tool that looked at all programs at once (path, line, what) by program."""
    alarms: dict[Path, list[Alarm]] = {program.resolve(): [] for program in question.programs}
    for path, line, what in rows:
        alarms[Path(path).resolve()].append(Alarm(line, what))
    return [tuple(sorted(alarms[program.resolve()])) for program in question.programs]


def linted(question: Question, row: re.Pattern[str], tool: str, *flags: str) -> Answer:
    """What a linter of the question's environment says of all programs; `row` finds path, line and rule."""
    assert question.bin
    command = [str(question.bin / tool), *flags, *map(str, question.programs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [(path, int(line), rule) for path, line, rule in row.findall(done.stdout + done.stderr)]
    return shared_out(question, rows)
