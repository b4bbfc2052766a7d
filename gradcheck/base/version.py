"""The version of gradcheck; it is written nowhere else."""

from __future__ import annotations

__version__ = "0.2.0"
