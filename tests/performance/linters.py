"""The programs that gradcheck is held against, and how each is called: as one process, without a cache."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.performance.paired import Command
from tests.score.environments import NoToolError, commands_with, installed

PARSE = "import ast, sys; [ast.parse(open(path, encoding='utf-8').read()) for path in sys.argv[1:]]"
ENDINGS = frozenset(range(100))
"""pylint counts in its exit code, others end with what they like where they find something."""


@dataclass(frozen=True)
class Linter:
    """One of them: the package that it is, the environment that it comes from (this one, if none is named),
    and whether it takes minutes over some hundred files."""

    title: str
    words: tuple[str, ...]
    package: str = ""
    environment: str = ""
    slow: bool = False

    def command(self, files: Sequence[Path], folder: Path) -> Command:
        """A run over some files; raises NoToolError where it cannot be installed."""
        first, *others = self.words
        found = str(self._commands() / first) if self.environment else first
        return Command((found, *others, *map(str, files)), folder, endings=ENDINGS)

    @property
    def name(self) -> str:
        """Title and version."""
        return f"{self.title} {installed(self._commands(), self.package)}" if self.environment else self.title

    def _commands(self) -> Path:
        return commands_with(self.environment, (self.environment,))


OURS = Linter("gradcheck", (sys.executable, "-m", "gradcheck", "check", "--no-cache", "--jobs=1"))
# Where TorchFix is installed, flake8 runs it as a plugin: each has an environment of its own.
OTHERS = (
    Linter("`ast.parse`", (sys.executable, "-c", PARSE)),
    Linter("pyflakes", ("pyflakes",), "pyflakes", "flake8"),
    Linter("flake8", ("flake8", "--isolated", "-j1"), "flake8", "flake8"),
    Linter("ruff", ("ruff", "check", "--no-cache", "--isolated"), "ruff", "ruff"),
    Linter("pylint", ("pylint", "-j1", "--rcfile=/dev/null"), "pylint", "pylint", slow=True),
    Linter("TorchFix", ("torchfix", "--jobs", "1"), "torchfix", "torchfix", slow=True),
    Linter("Fixit", ("fixit", "lint"), "fixit", "fixit", slow=True),
)


def here() -> Iterator[Linter]:
    """Those that can be had; what is missing is said."""
    return (linter for linter in OTHERS if _can_be_had(linter))


def _can_be_had(linter: Linter) -> bool:
    try:
        print(f"with {linter.name}", flush=True)
    except NoToolError as error:
        print(f"without {linter.title}, which could not be installed: {error}", flush=True)
        return False
    return True
