"""Which Keras a project is pinned to, as its requirements have it."""

from __future__ import annotations

import os
import re
from functools import lru_cache

from gradcheck.base.regular_files import MEGABYTE, read_regular

NAMES = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "environment.yml", "environment.yaml")
MOST_FOLDERS = 6
"""How far above a file its project's requirements may be."""
MOST_BYTES = MEGABYTE

_TENSORFLOW = re.compile(
    r"\btensorflow(?:[-_](?:cpu|gpu|macos|intel))?(?:\[[^\]]*\])?[\"']?\s*(?:==|<=|~=|<)\s*[\"']?(\d{1,4})\.(\d{1,4})\b"
)
_KERAS = re.compile(r"(?<![\w-])keras[\"']?\s*(?:(?:==|<=|~=)\s*[\"']?[12]\b|<\s*[\"']?3\b)")
_LEGACY = re.compile(r"(?<![\w-])tf[-_]keras\b")
LAST_OF_KERAS_2 = (2, 15)


def pinned_to_keras_2(path: str) -> bool:
    """Whether the nearest requirements above a file allow Keras 2 alone."""
    return _pinned(os.path.dirname(os.path.abspath(path)))


@lru_cache(maxsize=512)
def _pinned(folder: str, depth: int = MOST_FOLDERS) -> bool:
    texts = list(_requirements(folder))
    if texts:
        return any(_is_old(text) for text in texts)
    above = os.path.dirname(folder)
    if not depth or above == folder or os.path.exists(os.path.join(folder, ".git")):
        return False
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


def _is_old(text: str) -> bool:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    versions = [(int(major), int(minor)) for major, minor in _TENSORFLOW.findall(lines)]
    old = any(version <= LAST_OF_KERAS_2 for version in versions)
    return old or bool(_KERAS.search(lines)) or bool(_LEGACY.search(lines))
