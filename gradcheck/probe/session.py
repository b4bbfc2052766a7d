"""One watched run of a user's program: hooks in on enter, everything back on exit, what was seen at any time.

This is the engine's only door: the driver loads and runs the program inside a `Session` and asks for its `snapshot`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Literal

Mode = Literal["judge", "explain"]


class Stop(BaseException):
    """Raised inside the user's program once enough steps were seen.

    Not an `Exception`, so that a program's own `except Exception` lets it through.
    """


class Session:
    """Watches every gradient taken while it is active.

    `judge` keeps the program in its own mode (a traced `fit` stays traced); `explain` runs it eagerly under the full
    recorder, for causes. `project` lists the folders or files that count as the user's own code (empty: everything
    outside the installed packages). With `stop`, training is cut short once `steps` steps of every gradient call were seen.
    `on_step` is called with a fresh snapshot after every step.
    """

    def __init__(
        self,
        *,
        mode: Mode,
        steps: int,
        project: Sequence[str],
        stop: bool = True,
        on_step: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self._mode = mode
        self._steps = steps
        self._project = tuple(project)
        self._stop = stop
        self._on_step = on_step

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def owners(self, roots: Iterable[object]) -> None:
        """Name objects (models, layers) whose weights are meant to train."""

    def failed(self, error: BaseException) -> None:
        """Tell the session that the program raised this: some errors are a cut in disguise."""

    def snapshot(self) -> dict[str, Any]:
        """What was seen so far, JSON-able; valid at any time, also after a crash."""
        return {
            "keras": "",
            "tensorflow": "",
            "kind": "tape",
            "steps": 0,
            "variables": [],
            "notes": [],
            "sites": [],
        }
