"""Which Keras the environment asks TensorFlow for."""

from __future__ import annotations

import os

DEFAULT = ("3", "it is TensorFlow's default")
"""The Keras that runs when nothing asks for another one, and why."""


def keras_of_environment() -> tuple[str, str] | None:
    """The Keras that `TF_USE_LEGACY_KERAS` asks for, and why; None where it is not set."""
    wish = os.environ.get("TF_USE_LEGACY_KERAS", "").lower()
    if not wish:
        return None
    return ("2" if wish in ("1", "true") else "3"), f"TF_USE_LEGACY_KERAS is {wish}"
