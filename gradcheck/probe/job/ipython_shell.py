"""What a notebook's magics find in place of IPython: what sets up the program works, commands are not run."""

from __future__ import annotations

import os
import runpy
import shlex
from typing import Any


class Shell:
    """Stands where `get_ipython()` answers.

    `names` are the notebook's own, `passed_over` is what did not run.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self.user_ns = names
        self.passed_over: list[str] = []

    def run_line_magic(self, name: str, line: str, *_body: Any) -> Any:
        """A magic: folders, environment variables and other files of the program's are part of it."""
        words = shlex.split(line) if name in ("cd", "env", "set_env", "run") else []
        if name == "cd" and words:
            os.chdir(os.path.expanduser(words[0]))
        elif name in ("env", "set_env") and line:
            key, _, setting = line.partition("=" if "=" in line else " ")
            os.environ[key.strip()] = setting.strip()
        elif name == "run" and (files := [one for one in words if not one.startswith("-")]):
            self.user_ns.update(runpy.run_path(files[0], init_globals={}, run_name="__main__"))
        elif name in ("pip", "conda"):
            self.passed_over.append(f"%{name} {line}")

    run_cell_magic = run_line_magic
    magic = run_line_magic

    def system(self, command: str) -> None:
        """A shell command."""
        self.passed_over.append(f"!{command}")

    def getoutput(self, command: str) -> list[str]:
        """A shell command whose output is wanted: there is none."""
        self.passed_over.append(f"!{command}")
        return []

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked of IPython does nothing."""
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None
