"""Comments that silence findings: `# gradcheck: ignore[GC101] reason`, `# gradcheck: ignore-file[GC101]`,
`# noqa: GC101`.

A comment behind code silences its statement; behind the first line of a `def`, `class`, `with`, `for` ... it
silences the whole block; on a line of its own, the statement below. Without brackets it silences every rule;
with empty ones, or where brackets are not closed or the word goes on, none, and none where a reason without
brackets names a rule, or may.
"""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.modules import parts
from gradcheck.report.finding import Finding
from gradcheck.source.parse import Module

_ODD = r"(?P<odd>\s*[\[:(=,\uff3b]|\s+[A-Za-z]+[0-9]{3}\b|\S)"
_OURS = rf"#\s*gradcheck:\s*ignore(?P<file>-file)?(?:\s*\[(?P<rules>[^\]]*)\]|{_ODD})?"
_NOQA = rf"(?i)#\s*noqa(?:\s*:\s*(?P<rules>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)|{_ODD})?"
"""What is `odd` behind the words is no list of rules, and no reason either: it may mean one rule, not all."""
_SAID = r"(?i)gradcheck:|noqa"
_CODE = r"\b(?:[A-Z][0-9]+|[A-Za-z]+[0-9]{3,}|[0-9]{3})\b"
"""A rule of somebody: `E501`, `e501`, `D1`; its number alone. `TF2` is none."""
_ANOTHERS = r"#\s*[a-z]+:.*"
"""A comment behind the comment that is meant for another tool, as `# type: ignore`."""
MOST_LINES = 20
"""How long a statement may be that a comment is looked up by its lines for."""


@dataclass(frozen=True)
class Suppression:
    """One comment: the lines it silences, and for which rules: codes, prefixes or names; None for all, while
    an empty list between brackets names none."""

    comment_line: int
    first: int
    last: int
    rules: tuple[str, ...] | None
    ours: bool

    def silences(self, finding: Finding, line: int) -> bool:
        """Whether this finding, at this line of the text, stands on its lines and is of its rules."""
        inside = self.first <= line <= self.last
        return inside and (self.rules is None or any(_names(rule, finding) for rule in self.rules))


def suppress(
    module: Module, findings: Sequence[Finding]
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings that no comment silences, and our comments that silence nothing."""
    if not findings and "gradcheck:" not in module.text:
        return (), ()
    comments = tuple(suppressions(module))
    placed = [(one, module.line_of(one.location)) for one in findings]
    near = _Near(comments)
    silenced = [[one for one in near.at(line) if one.silences(found, line)] for found, line in placed]
    kept = tuple(found for (found, _), by in zip(placed, silenced, strict=True) if not by)
    used = {id(one) for by in silenced for one in by}
    return kept, tuple(comment for comment in comments if comment.ours and id(comment) not in used)


class _Near:
    """The comments that stand near each line: most silence a statement, few a whole block."""

    def __init__(self, comments: Sequence[Suppression]) -> None:
        self._wide = [one for one in comments if one.last - one.first > MOST_LINES]
        self._by_line: dict[int, list[Suppression]] = {}
        for one in comments:
            for line in range(one.first, min(one.last, one.first + MOST_LINES) + 1):
                self._by_line.setdefault(line, []).append(one)

    def at(self, line: int) -> list[Suppression]:
        """Those that may silence a line."""
        return [*self._by_line.get(line, ()), *self._wide]


def suppressions(module: Module) -> Iterator[Suppression]:
    """Every silencing comment of a module."""
    if not re.search(_SAID, module.text):
        return
    tokens = list(_tokens(module))
    spans = _spans(module, tokens)
    for token in tokens:
        if token.type == tokenize.COMMENT and (
            found := re.search(_OURS, token.string) or re.search(_NOQA, token.string)
        ):
            line, alone = token.start[0], not token.line[: token.start[1]].strip()
            yield _suppression(found, line, alone, spans, module)


def _tokens(module: Module) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(module.text, newline=None).readline)


def _suppression(found: re.Match[str], line: int, alone: bool, spans: Spans, module: Module) -> Suppression:
    ours = found.re.pattern == _OURS
    odd = found["odd"] or (found["rules"] is None and _may_mean_one(found.string[found.end() :]))
    named = "" if odd else found["rules"]
    rules = None if named is None else tuple(word for word in re.split(r"[,\s]+", named) if word)
    if ours and found["file"]:
        return Suppression(line, 1, len(module.lines), rules, ours)
    if alone and ours:
        below = min((start for start in spans.starts if start > line), default=line)
        if module.place(below)[0] != module.place(line)[0]:
            below = line  # the next cell of a notebook
        return Suppression(line, *spans.starts.get(below, (line, line)), rules, ours)
    return Suppression(line, *spans.by_line.get(line, (line, line)), rules, ours)


def _may_mean_one(reason: str) -> bool:
    """Whether what stands behind the words spells a rule in some way, or is no reason that one reads."""
    if re.search(r"(?i)\bGC(?:[0-9]|\b)", reason) or re.search(_our_names(), reason):
        return True
    begun = re.sub(_ANOTHERS, "", reason).strip()
    if not begun:
        return False
    if not (begun[0].isalpha() or begun[0] == "#"):
        return True
    return re.match(r"\w+-\w", begun) is not None or re.search(_CODE, begun) is not None


@cache
def _our_names() -> str:
    """A pattern of the names of all rules, however their words are joined. They are called as their modules
    are, of which nothing is imported here."""
    folder = os.path.join(os.path.dirname(__file__), os.pardir, "rules")
    names = (name.replace("_", r"[-_\s]*") for name in parts([folder]))
    return rf"(?i)\b(?:{'|'.join(names)})\b"


class Spans(NamedTuple):
    """The lines that a comment silences. `by_line`: behind each line of a statement, that statement; behind
    the header of a block or a case, all of it; behind a decorator, that alone. `starts`: above the line at
    which a statement, with its decorators, or a case starts."""

    by_line: dict[int, tuple[int, int]]
    starts: dict[int, tuple[int, int]]


def spans_of(module: Module) -> Spans:
    """For each line the statement it belongs to; for the header of a block, the whole block."""
    return _spans(module, _tokens(module))


def _spans(module: Module, tokens: Iterable[tokenize.TokenInfo]) -> Spans:
    spans = Spans({}, {})
    # A header ends with its logical line: comments and decorators below it are none of its own.
    ends = [token.start[0] for token in tokens if token.type == tokenize.NEWLINE]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.stmt):
            _add(spans, node, ends)
            for case in node.cases if isinstance(node, ast.Match) else ():
                first, last = case.pattern.lineno, case.body[-1].end_lineno or case.body[-1].lineno
                _put(spans, first, _end(ends, first), (first, last))
    return spans


def _add(spans: Spans, node: ast.stmt, ends: Sequence[int]) -> None:
    last = node.end_lineno or node.lineno
    above = getattr(node, "decorator_list", [])
    for one in above:
        lines = (one.lineno, one.end_lineno or one.lineno)
        spans.by_line.update(dict.fromkeys(range(lines[0], lines[1] + 1), lines))
    first = min((node.lineno, *(one.lineno for one in above)))
    header = _end(ends, node.lineno) if hasattr(node, "body") or isinstance(node, ast.Match) else last
    spans.by_line.update(dict.fromkeys(range(node.lineno, header + 1), (node.lineno, last)))
    spans.starts[first] = (first, last)


def _put(spans: Spans, first: int, header: int, whole: tuple[int, int]) -> None:
    spans.by_line.update(dict.fromkeys(range(first, header + 1), whole))
    spans.starts[first] = whole


def _end(ends: Sequence[int], line: int) -> int:
    """Where the logical line ends that begins at a line."""
    at = bisect_left(ends, line)
    return ends[at] if at < len(ends) else line


def _names(rule: str, finding: Finding) -> bool:
    return finding.rule.startswith(rule.upper()) or finding.name == rule.lower()
