"""Keras 3 also runs on JAX and PyTorch, whose gradients are not seen here: such a program is not
judged, and the report says so.

Keras decides when it is first imported, which the probe does before the program: it is made to take
TensorFlow then, and what the environment, Keras' settings or the program asked for is looked at afterwards.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gradcheck.probe.job import load

_NAME = "KERAS_BACKEND"
_OURS = ("", "tensorflow")


@contextmanager
def tensorflow() -> Iterator[None]:
    """Let Keras take TensorFlow if it is imported here; then the environment is as it was."""
    before = os.environ.get(_NAME)
    os.environ[_NAME] = "tensorflow"
    try:
        yield
    finally:
        del os.environ[_NAME]
        if before is not None:
            os.environ[_NAME] = before


def problem(target: load.Target, before: str) -> str | None:
    """Why a program cannot be judged that has run so far; `before` is what was asked for before it ran."""
    chosen = asked()
    with suppress(Exception):
        if (running := sys.modules["keras"].config.backend()) not in _OURS:
            chosen = running
    if chosen in _OURS or _is_keras_2() or (chosen == before and not _mentions_keras(target)):
        return None
    return (
        f"it runs Keras on the backend {chosen}, and only gradients of TensorFlow can be judged; "
        f"run it with {_NAME}=tensorflow if it works there, too"
    )


def asked() -> str:
    """The backend that the environment asks for, else Keras' settings; empty without either."""
    if _NAME in os.environ:
        return os.environ[_NAME]
    folder = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    with suppress(OSError, ValueError, AttributeError):
        return str(json.loads(Path(folder, "keras.json").read_text(encoding="utf-8")).get("backend", ""))
    return ""


def _is_keras_2() -> bool:
    with suppress(Exception):
        return str(sys.modules["keras"].__version__).startswith("2.") or (
            os.environ.get("TF_USE_LEGACY_KERAS", "").lower() in ("1", "true")
        )
    return True


def _mentions_keras(target: load.Target) -> bool:
    """Whether the program's own source mentions Keras: one that does not need not care."""
    with suppress(OSError):
        return target.path is None or b"keras" in target.path.read_bytes()
    return True
