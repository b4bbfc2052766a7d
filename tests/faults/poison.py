"""The one set of texts that no terminal, log or reader may obey, and what gives a leak away."""

from __future__ import annotations

import re
import unicodedata

TEXTS = {
    "colours": "\x1b[31mred\x1b[0m",
    "a window title": "\x1b]0;title\x07",
    "an erased screen": "\x1b[2J\x1b[H",
    "a one-byte escape": "\x9b31m",
    "a bell": "a\x07b",
    "a carriage return": "safe\rFAKE",
    "a zero": "a\0b",
    "a line": "a\nb",
    "a windows line": "a\r\nb",
    "a command": "::error file=x::forged",
    "a command on a line of its own": "a\n::error::forged\n::set-output name=x::y",
    "a command of a pipeline": "##[error]forged ##vso[task.setvariable]x",
    "encoded breaks": "%0A::error::forged",
    "the other direction": "a\u202egpj.exe",
    "an isolate": "a\u2066b\u2069",
    "a mark": "a\u200fb",
    "a line separator": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "a byte that is no text": "a\udcffb",
    "half a surrogate": "a\ud800b",
    "a private character": "a\ue000b",
    "a tag": "a\U000e0041b",
    "no character": "a\uffffb",
    "markup": "]]><script>&\"'",
    "a template": "{labels} {} {0!r} %s %(x)s ${x}",
    "deleted": "a\x7f\x08b",
}

_COMMAND = re.compile(r"##[A-Za-z]*\[")
ALLOWED = {"\n", "\t"}


def leaks(text: str, colours: bool = False) -> list[str]:
    """What of a written report a terminal or a log would obey."""
    found = [
        f"{ord(one):#x}"
        for one in text
        if one not in ALLOWED and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    ]
    lines = [line.strip() for line in text.split("\n")]
    return [*found, *(line for line in lines if line.startswith("::error::forged") or _COMMAND.search(line))]
