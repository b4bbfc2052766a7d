"""A notebook's JSON as text: where the source of a code cell stands, and how another one is spelled there.

Everything else of the text stays: layout, numbers, keys that occur twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from gradcheck.base.lines import lines_of

Span = tuple[int, int]

_DECODER = json.JSONDecoder()
_ENDINGS = ("\n", "\r")
_SPACE = re.compile(r"[ \t\n\r]*")
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_CHARACTER = re.compile(rf"{_PAIR}|\\u[0-9a-fA-F]{{4}}|\\.|[^\\]")


def sources(text: str) -> list[Span | None]:
    """Where the source of each code cell stands; None for a cell without one."""
    cells = dict(_members(text, _skip(text, 0)))["cells"]
    found = (dict(_members(text, start)) for start, _ in _items(text, cells[0]) if text[start] == "{")
    return [cell.get("source") for cell in found if _is_code(text, cell.get("cell_type"))]


def value(text: str, span: Span) -> str:
    """The source that stands there: a string, or a list of strings that belong together."""
    return "".join(json.loads(text[slice(*span)]))


def offsets(text: str, span: Span) -> list[int]:
    """Where each character of the source that stands there is spelled, and where the last one ends."""
    literals = [span] if text[span[0]] == '"' else [*_items(text, span[0])]
    found, end = [], span[0] + 1
    for start, stop in literals:
        at = start + 1
        for unit in _CHARACTER.findall(text[start + 1 : stop - 1]):
            found.append(at)
            at += len(unit)
        end = stop - 1
    return [*found, end]


def spelled(text: str, span: Span, new: str) -> str:
    """The source that stands there with a new value: what stays the same keeps its spelling."""
    ascii_only = text.isascii() and "\\u" in text
    if text[span[0]] == '"':
        return _string(text[span[0] + 1 : span[1] - 1], new, ascii_only)
    return _list(text, span, new, ascii_only)


def _string(old: str, new: str, ascii_only: bool) -> str:
    units = _CHARACTER.findall(old)
    known = [json.loads(f'"{unit}"') for unit in units]
    head = _common(known, new)
    tail = _common(known[head:][::-1], new[head:][::-1])
    middle = json.dumps(new[head : len(new) - tail], ensure_ascii=ascii_only)[1:-1]
    return f'"{"".join(units[:head])}{middle}{"".join(units[len(units) - tail :])}"'


def _list(text: str, span: Span, new: str, ascii_only: bool) -> str:
    items = [*_items(text, span[0])]
    head, middle, tail = _parts([json.loads(text[slice(*item)]) for item in items], new)
    literals = [json.dumps(line, ensure_ascii=ascii_only) for line in middle]
    if not items:
        return f"[{', '.join(literals)}]"
    before = text[span[0] : items[head - 1][1] if head else items[0][0]]
    after = text[items[-tail][0] if tail else items[-1][1] : span[1]]
    comma = _comma(text, span, items)
    between = [before] if head else []
    joined = comma.join([*between, *literals, *([after] if tail else [])])
    return ("" if head else before) + joined + ("" if tail else after)


def _parts(chunks: Sequence[str], new: str) -> tuple[int, list[str], int]:
    """How many of a list's strings stay at its start and at its end, and the lines between them, which are
    whole: a string may be part of a line."""
    at = head = start = 0
    for number, chunk in enumerate(chunks, 1):
        if not new.startswith(chunk, at):
            break
        at += len(chunk)
        if chunk.endswith(_ENDINGS):
            head, start = number, at
    at = end = len(new)
    tail = 0
    for number, chunk in enumerate(reversed(chunks[head:]), 1):
        at -= len(chunk)
        if at < start or not new.startswith(chunk, at):
            break
        if at == start or new[at - 1] in _ENDINGS:
            tail, end = number, at
    return head, lines_of(new[start:end]), tail


def _comma(text: str, span: Span, items: Sequence[Span]) -> str:
    """What stands between two strings of a list."""
    if len(items) > 1:
        return text[items[0][1] : items[1][0]]
    return f",{text[span[0] + 1 : items[0][0]] or ' '}"


def _is_code(text: str, span: Span | None) -> bool:
    return span is not None and json.loads(text[slice(*span)]) == "code"


def _members(text: str, start: int) -> Iterator[tuple[str, Span]]:
    """The keys of the object that starts there, each with where its value stands."""
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        first = _skip(text, _skip(text, at) + 1)
        end = _end(text, first)
        yield key, (first, end)
        at = _next(text, end)


def _items(text: str, start: int) -> Iterator[Span]:
    """Where the items of the list that starts there stand."""
    at = _skip(text, start + 1)
    while text[at] != "]":
        end = _end(text, at)
        yield at, end
        at = _next(text, end)


def _end(text: str, start: int) -> int:
    return _DECODER.raw_decode(text, start)[1]


def _next(text: str, end: int) -> int:
    """The next item, or the bracket that closes its list or object."""
    at = _skip(text, end)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many characters two texts begin with in common."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
