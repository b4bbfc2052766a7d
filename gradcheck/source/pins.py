"""Which TensorFlow and which Keras a project is pinned to, as its requirements have it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from gradcheck.base.regular_files import MEGABYTE, read_regular

NAMES = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "environment.yml", "environment.yaml")
MOST_FOLDERS = 6
"""How far above a file its project's requirements may be."""
MOST_BYTES = MEGABYTE

_SPECIFIERS = r"[\"']?\s*(?:=\s*[\"'])?((?:,?\s*[=<>~!]=?=?\s*[\"']?\d[\w.*]*)+)"
_TENSORFLOW = re.compile(
    r"\btensorflow(?:[-_](?:cpu|gpu|macos|intel))?(?:\[[^\]]*\])?" + _SPECIFIERS,
)
_KERAS = re.compile(r"(?<![\w-])keras" + _SPECIFIERS)
_SPECIFIER = re.compile(r"([=<>~!]=?)=?\s*[\"']?(\d{1,4})(?:\.(\d{1,4}))?(?!\d)((?:\.\d+)*)")
_LEGACY = re.compile(r"(?<![\w-])tf[-_]keras\b")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*", re.M)
LAST_OF_KERAS_2, KERAS_3 = (2, 15), (3, 0)
"""The last TensorFlow with Keras 2, and the first Keras 3."""
LAST_MINOR = 9999
"""Later than any minor release."""

Version = tuple[int, int]


class Pins(NamedTuple):
    """What requirements allow: TensorFlow from the oldest to the newest, where they set a bound, and whether
    they ask for Keras 2 by its own name."""

    oldest: Version | None = None
    newest: Version | None = None
    keras_2: bool = False


def pinned_to_keras_2(path: str) -> bool:
    """Whether the nearest requirements above a file allow Keras 2 alone."""
    pins = pins_of(path)
    return pins.keras_2 or (pins.newest is not None and pins.newest <= LAST_OF_KERAS_2)


def pins_of(path: str) -> Pins:
    """What the nearest requirements above a file allow."""
    return _pinned(os.path.dirname(os.path.abspath(path)))


@lru_cache(maxsize=512)
def _pinned(folder: str, depth: int = MOST_FOLDERS) -> Pins:
    if texts := list(_requirements(folder)):
        return _pins("\n".join(texts))
    above = os.path.dirname(folder)
    if not depth or above == folder or os.path.exists(os.path.join(folder, ".git")):
        return Pins()
    return _pinned(above, depth - 1)


def _requirements(folder: str) -> list[str]:
    """The texts in a folder that mention TensorFlow or Keras."""
    try:
        inside = os.listdir(folder)
    except OSError:
        return []
    names = [name for name in inside if name in NAMES or re.fullmatch(r"requirements.*\.(txt|in)", name)]
    texts = [_text(os.path.join(folder, name)) for name in sorted(names)]
    return [text for text in texts if "tensorflow" in text or "keras" in text]


def _text(path: str) -> str:
    try:
        return read_regular(path, MOST_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return ""


def _pins(text: str) -> Pins:
    lines = _COMMENT.sub("", text)
    oldest, newest = _range(_TENSORFLOW.findall(lines))
    _, keras = _range(_KERAS.findall(lines))
    legacy = bool(_LEGACY.search(lines)) or (keras is not None and keras < KERAS_3)
    return Pins(oldest, newest, legacy)


def _range(specifiers: Sequence[str]) -> tuple[Version | None, Version | None]:
    """The oldest and the newest version that all of these allow."""
    bounds = [bound for one in specifiers for bound in _bounds(one)]
    oldest, newest = [low for low, _ in bounds if low], [high for _, high in bounds if high]
    return max(oldest, default=None), min(newest, default=None)


def _bounds(specifiers: str) -> Iterator[tuple[Version | None, Version | None]]:
    """What each of `>=2.9,<2.16` sets: an oldest version, a newest one, or both."""
    for operator, one, two, patch in _SPECIFIER.findall(specifiers):
        version, last = (int(one), int(two or 0)), (int(one), LAST_MINOR)
        match operator:
            case "=" | "==":
                yield version, version if two else last
            case "~=":  # `~=2.9` allows all of 2, `~=2.9.1` all of 2.9
                yield version, version if patch else last
            case ">" | ">=":
                yield version, None
            case "<=":
                yield None, version
            case "<":
                yield None, version if patch.strip(".0") else _before(version)


def _before(version: Version) -> Version:
    """The last minor release before the first of another one, as far as it can be known."""
    major, minor = version
    return (major, minor - 1) if minor else (major - 1, LAST_MINOR)
