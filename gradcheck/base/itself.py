"""How this program starts another process of its own."""

from __future__ import annotations

import os
import sys


def started(module: str, *words: str, tied: bool = False) -> list[str]:
    """The command that runs the `main` of one of our modules. `python -m` would look for it in the current
    folder first, and so would `-c` without more: a folder there may have our name. One that is `tied` ends
    when this process does."""
    named = "sys.argv[0] = 'gradcheck'"  # else messages would call it `-c`
    tie = f"from {__package__}.workers import end_with; end_with({os.getpid()}); " if tied else ""
    run = f"{tie}from {module} import main; main()"
    return [
        sys.executable,
        "-c",
        f"import sys; {named}; sys.path = list(filter(None, sys.path)); {run}",
        *words,
    ]
