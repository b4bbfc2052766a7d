"""How this program starts another process of its own."""

from __future__ import annotations

import sys


def started(module: str, *words: str) -> list[str]:
    """The command that runs the `main` of one of our modules. `python -m` would look for it in the current
    folder first, and so would `-c` without more: a folder there may have our name."""
    named = "sys.argv[0] = 'gradcheck'"  # else messages would call it `-c`
    code = f"import sys; {named}; sys.path = list(filter(None, sys.path)); from {module} import main; main()"
    return [sys.executable, "-c", code, *words]
