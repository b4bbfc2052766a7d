"""An environment of its own for every tool, so that none of them meets the others' dependencies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from tests.score.tool import Tool

HOME = Path.home() / ".cache" / "gradcheck-score"


class NoToolError(Exception):
    """A tool could not be installed."""


def commands_of(name: str, tool: Tool) -> Path | None:
    """The folder with a tool's commands, installed when first asked for; None for what is here already."""
    return commands_with(name, tool.requires) if tool.requires else None


def commands_with(name: str, requires: Sequence[str]) -> Path:
    """The folder with the commands of an environment, made when first asked for."""
    folder = HOME / name
    if not (folder / "ready").exists():
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(str(folder / "bin" / "pip"), "install", "--quiet", *requires)
        (folder / "ready").touch()
    return folder / "bin"


def version_of(name: str, tool: Tool) -> str:
    """The version of a tool that answered."""
    commands = commands_of(name, tool)
    if commands is None:
        return f"{tool.version_of} {version(tool.version_of)}"
    return f"{tool.version_of} {installed(commands, tool.version_of)}"


def installed(commands: Path, package: str) -> str:
    """The version of a package in an environment."""
    asked = f"from importlib.metadata import version; print(version({package!r}))"
    return _run(str(commands / "python"), "-c", asked).strip()


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoToolError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else command[0])
    return done.stdout
