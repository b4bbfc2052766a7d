"""The lines of a text, split where Python's own parser splits them."""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_BARE_RETURN = r"\r(?!\n)"


def lines_of(text: str) -> list[str]:
    """A text's lines with their endings. `str.splitlines` also splits at form feeds and others that are
    inside a line for Python."""
    return [line for line in _LINE.findall(text) if line]


def split(text: str) -> list[str]:
    """A text's lines without their endings; behind the last ending stands one more, which may be empty."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def ending_of(line: str) -> str:
    """How a line ends; nothing where it is the last one and does not."""
    return line[len(line.rstrip("\r\n")) :]


def with_ending(text: str, ending: str) -> str:
    """A text in which every line that ends does so in this way."""
    lines = ((line, ending_of(line)) for line in lines_of(text))
    return "".join(line.removesuffix(old) + ending if old else line for line, old in lines)


def without_bare_returns(text: str) -> str:
    """A text of the same length in which no carriage return ends a line alone. For Python it says the
    same."""
    return re.sub(_BARE_RETURN, "\n", text) if "\r" in text else text
