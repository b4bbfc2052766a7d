"""The lines of a text, split where Python's own parser splits them."""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


def lines_of(text: str) -> list[str]:
    """A text's lines with their endings. `str.splitlines` also splits at form feeds and others that are
    inside a line for Python."""
    return [line for line in _LINE.findall(text) if line]


def ending_of(line: str) -> str:
    """How a line ends; nothing where it is the last one and does not."""
    return line[len(line.rstrip("\r\n")) :]
