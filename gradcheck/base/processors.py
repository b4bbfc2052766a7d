"""How many processes may work at once: as many as this one was given processors, and no more."""

from __future__ import annotations

import math
import os

QUOTAS = ("/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us")
PERIOD = "/sys/fs/cgroup/cpu/cpu.cfs_period_us"


def available() -> int:
    """The processors that this process may run on, within the share of time that its group may take."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        allowed = os.cpu_count() or 1
    share = _share()
    return max(1, allowed if share is None else min(allowed, math.ceil(share)))


def _share() -> float | None:
    """How many processors' time the group of this process may take; None for no limit."""
    for path in QUOTAS:
        words = _words(path)
        if words and words[0].lstrip("-").isdigit():
            period = words[1] if len(words) > 1 else next(iter(_words(PERIOD)), "100000")
            quota = int(words[0])
            return quota / int(period) if quota > 0 and int(period) > 0 else None
    return None


def _words(path: str) -> list[str]:
    try:
        with open(path, encoding="ascii") as stream:
            return stream.read(100).split()
    except (OSError, ValueError):
        return []
