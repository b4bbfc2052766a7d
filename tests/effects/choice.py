"""Which examples to try for a callable, and for how long."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from .guesses import PROFILES, Profile

WINDOWED = {"1d": ("sequence",), "2d": ("image",), "3d": ("volume",), "": ("image", "sequence", "volume")}
"""Profiles for convolutions and pools: some kernels abort the process on an input of another rank."""

FREQUENCIES = ("matrix", "cube", "wide", "complex", "complex cube")
"""Profiles for Fourier transforms: an empty one aborts the process too."""


@functools.cache
def decided() -> dict[str, list[str]]:
    """The profiles that decided each row, when only those are to be measured again."""
    path = os.environ.get("GRADCHECK_DECISIVE")
    return json.loads(Path(path).read_text()) if path else {}


def is_windowed(name: str) -> bool:
    """Whether a callable is a convolution or a pool, to be handled with care."""
    word = name.lower()
    return "pool" in word or ("conv" in word and "convert" not in word and "lstm" not in word)


def profiles(name: str) -> Iterator[Profile]:
    """The profiles to try for a callable of this name."""
    if name in decided():
        yield from (one for one in PROFILES if one.name in decided()[name])
        return
    if any(part in name.lower() for part in ("fft", "dct")):
        yield from (one for one in PROFILES if one.name in FREQUENCIES)
        return
    wanted = next(names for part, names in WINDOWED.items() if part in name.lower())
    yield from (one for one in PROFILES if not is_windowed(name) or one.name in wanted)


class TookTooLong(BaseException):
    """One callable used up its time; not an Exception, for trials swallow those."""


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Ends the block with TookTooLong after so many seconds of processor time (the machine may be busy)."""

    def stop(*_: object) -> None:
        raise TookTooLong

    seconds = 60.0 if decided() else seconds
    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
