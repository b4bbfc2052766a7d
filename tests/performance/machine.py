"""Where and when something was measured, with what."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("gradcheck", "tensorflow", "keras", "tf_keras", "tensorflow_probability", "ruff", "libcst")


def described(rounds: int) -> str:
    """One paragraph: date, rounds, machine, how busy it was, versions."""
    busy = os.getloadavg()[2] / (os.cpu_count() or 1)
    return (
        f"{date.today():%Y-%m-%d}, {rounds} rounds. {os.cpu_count()} cores ({_processor()}), "
        f"{_memory()} GiB, {platform.system()} {platform.machine()}; "
        f"{busy:.1f} processes wanted each core in the last quarter of an hour. "
        f"Python {platform.python_version()}, {versions(PACKAGES)}."
    )


def versions(names: Sequence[str]) -> str:
    """The packages that are here, with their versions."""
    return ", ".join(f"{name} {_version(name)}" for name in names if _version(name))


def _version(name: str) -> str | None:
    if name == "gradcheck":
        from gradcheck import __version__

        return __version__
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """What Linux calls the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown")


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
