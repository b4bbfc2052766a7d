"""What may be printed: everything that came from a file, a program or a name goes through here on its way
out.

A terminal, a log or a workflow obeys more than it shows: escape sequences, carriage returns, characters that
turn the direction of writing, lines that look like commands.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable

# Patterns are compiled when they are first needed: most texts need none.
_UNCLEAR = r"[^\n\x20-\x7e]"
"""Characters that may have to be written otherwise: most of a text has none."""

_SHORT = {"\r": "\\r", "\t": "\\t"}
_STYLE = r"\x1b\[[0-9;]*m"
_BREAK = r"\s*[\r\n]\s*"
_COMMAND = r"(?<!\S)::(?=[A-Za-z])"
"""How a line begins that a workflow takes for a command."""
_PIPELINE_COMMAND = r"##(?=[A-Za-z]*\[)"
"""What pipelines take for a command wherever it stands: `##[error]`, `##vso[...]`, `##teamcity[...]`."""
_LINE_COMMAND = r"(?m)^([ \t]*)::(?=[A-Za-z])"


def printable(text: str) -> str:
    """A text on one line in which every character is one to be seen: others are shown as escapes (`\\x1b`);
    nothing in it is a command."""
    if text.isprintable() and "::" not in text and "##" not in text:
        return text
    shown = re.sub(_UNCLEAR, lambda found: _escape(found[0]), text.replace("\n", "\\n"))
    return re.sub(_PIPELINE_COMMAND, r"#\\#", re.sub(_COMMAND, r"\\::", shown))


def command_in(text: str) -> str | None:
    """What a pipeline takes for a command wherever it stands in a text: `##[`, `##vso[`."""
    found = re.search(_PIPELINE_COMMAND + r"[A-Za-z]*\[", text)
    return found and found[0]


def as_source(line: str) -> str:
    """A line of source as long as it was, without what a terminal or a pipeline obeys."""
    seen = "".join(one if one.isprintable() or one == "\t" else "\ufffd" for one in line)
    return re.sub(_PIPELINE_COMMAND + r"([A-Za-z]*)\[", r"##\1(", seen)


def sentence(text: str) -> str:
    """A printable text in which lines run on. Colours, which libraries put into their messages, are
    dropped."""
    if text.isprintable():
        return printable(text)
    return printable(re.sub(_BREAK, " ", re.sub(_STYLE, "", text).strip()))


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a printable text. A word that is broken makes no command of what is left of it."""
    return [printable(line) for line in textwrap.wrap(text, width, break_on_hyphens=False)]


def within(text: str, write: Callable[[int], str]) -> str:
    """A document (its own lines kept) in which every character that is not to be seen is written by its
    number, as the document's format has it."""
    shown = re.sub(_UNCLEAR, lambda found: _by_number(found[0], write), text)
    colon, hash_sign = write(ord(":")), write(ord("#"))
    plain = re.sub(_LINE_COMMAND, lambda found: f"{found[1]}{colon}:", shown)
    return re.sub(_PIPELINE_COMMAND, lambda _: f"#{hash_sign}", plain)


def in_json(code: int) -> str:
    """A character inside a JSON string."""
    if code > 0xFFFF:
        high, low = divmod(code - 0x10000, 0x400)
        return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
    return f"\\u{code:04x}"


def in_xml(code: int) -> str:
    """A character in XML 1.0, which has no way to write most control characters."""
    return f"&#x{code:x};" if code >= 0x20 or code in (9, 10, 13) else "\N{REPLACEMENT CHARACTER}"


def _by_number(character: str, write: Callable[[int], str]) -> str:
    if _is_seen(character):
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # a byte of a name that is no text: no format can hold it
        return "\N{REPLACEMENT CHARACTER}"
    return write(code)


def _is_seen(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    if _is_seen(character):
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that could not be decoded, as Python keeps it in names
        return f"\\x{code - 0xDC00:02x}"
    if character in _SHORT:
        return _SHORT[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
