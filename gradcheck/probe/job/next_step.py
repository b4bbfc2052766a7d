"""What to do about a program that ended before its first gradient: one sentence for each common reason."""

from __future__ import annotations

import urllib.error
from pathlib import Path


def next_step(error: BaseException, target: str) -> str:
    """What the user can do now; nothing where the error already says it."""
    part = f"{Path(target.partition(':')[0]).name}:factory"
    if isinstance(error, ModuleNotFoundError) and error.name and isinstance(error.name, str):
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
