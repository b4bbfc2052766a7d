"""What to do about a program that ended before its first gradient: one sentence for each common reason."""

from __future__ import annotations

import os
import shlex
import urllib.error
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_MOST_FOLDERS = 8
"""How far above a program a module is looked for."""


def next_step(error: BaseException, target: str, folder: Path) -> str:
    """What the user can do now about a program in a folder; nothing where the error already says it."""
    part = f"{Path(target.partition(':')[0]).name}:factory"
    if isinstance(error, ModuleNotFoundError) and error.name and isinstance(error.name, str):
        if (above := next(_holding(error.name, folder), None)) is not None:
            return (
                f"next step: {error.name!r} is in a folder above the program: put that on its path, as in: "
                f"PYTHONPATH={_path(above)} gradcheck {shlex.quote(target)}"
            )
        return (
            f"next step: install what provides {error.name.partition('.')[0]!r} beside TensorFlow, or name "
            f"what is to be probed ({part}, --call, --input)"
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError | urllib.error.URLError | ConnectionError):
        return f"next step: run it where its data is, or name what is to be probed ({part}, --call, --input)"
    if isinstance(error, ImportError | AttributeError | TypeError):
        return (
            f"next step: see whether the program runs by itself with these versions; else name what is to be "
            f"probed ({part}, --call, --input)"
        )
    if isinstance(error, SystemExit):
        return f"next step: give the program its arguments after --, as in: gradcheck {target} -- --epochs 1"
    return ""


def _holding(name: str, folder: Path) -> Iterator[Path]:
    """The folders above one, and their `src`, in which a module of this name lies."""
    known = all(part.isidentifier() for part in name.split("."))
    for above in islice(folder.resolve().parents, _MOST_FOLDERS if known else 0):
        for place in (above, above / "src"):
            found = place.joinpath(*name.split("."))
            if found.with_name(f"{found.name}.py").is_file() or any(found.glob("*.py")):
                yield place


def _path(folder: Path) -> str:
    """A folder as an entry of PYTHONPATH, in front of those that are there."""
    return shlex.quote(str(folder)) + (f"{os.pathsep}$PYTHONPATH" if os.environ.get("PYTHONPATH") else "")
