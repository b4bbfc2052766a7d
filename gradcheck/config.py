"""What the user asked for, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Settings of a static run. `keras` is "auto", "2", "3" or "both"."""

    keras: str = "auto"
