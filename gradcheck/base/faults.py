"""How a fault of gradcheck's own is told: what happened and where in gradcheck, in one line."""

from __future__ import annotations

import os

REPORT = "which is a fault of gradcheck: please report it"

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_MOST = 200


def told(error: BaseException) -> str:
    """`KeyError: 'x' (facts/program.py:33)`: an exception and the line of gradcheck that met it."""
    return f"{type(error).__name__}{_said(error)}{_place(error)}"


def give_way(error: Exception) -> None:
    """Raise the request to end that an error was made of: what a signal raises while a class comes to be,
    Python before 3.12 passes on as a RuntimeError."""
    if isinstance(error.__cause__, (SystemExit, KeyboardInterrupt)):
        raise error.__cause__


def _said(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # an exception may be of any class, and so may what it says
        text = ""
    return f": {text[:_MOST]}" if text else ""


def _place(error: BaseException) -> str:
    import traceback  # only where something went wrong

    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(_PACKAGE + os.sep)]
    return f" ({os.path.relpath(own[-1].filename, _PACKAGE)}:{own[-1].lineno})" if own else ""
