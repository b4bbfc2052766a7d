"""Comments that silence findings: `# gradcheck: ignore[GC101] reason`, `# gradcheck: ignore-file[GC101]`,
`# noqa: GC101`.

A comment behind code silences its statement; behind the first line of a `def`, `class`, `with`, `for` ...
it silences the whole block; on a
line of its own, the statement below. Without brackets it silences every rule; with empty ones, or where
brackets are not closed or the word goes on, none.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.finding import Finding
from gradcheck.source.parse import Module

_ODD = r"(?P<odd>\s*[\[:(=,\uff3b]|\s+[A-Za-z]+[0-9]{3}\b|\S)"
_OURS = rf"#\s*gradcheck:\s*ignore(?P<file>-file)?(?:\s*\[(?P<rules>[^\]]*)\]|{_ODD})?"
_NOQA = rf"(?i)#\s*noqa(?:\s*:\s*(?P<rules>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)|{_ODD})?"
"""What is `odd` behind the words is no list of rules, and no reason either: it may mean one rule, not all."""
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
    if "gradcheck:" not in module.text and "noqa" not in module.text:
        return
    spans = statements(module.tree)
    for token in tokenize.generate_tokens(io.StringIO(module.text, newline=None).readline):
        if token.type == tokenize.COMMENT and (
            found := re.search(_OURS, token.string) or re.search(_NOQA, token.string)
        ):
            line, alone = token.start[0], not token.line[: token.start[1]].strip()
            yield _suppression(found, line, alone, spans, len(module.lines))


def _suppression(
    found: re.Match[str], line: int, alone: bool, spans: dict[int, tuple[int, int]], length: int
) -> Suppression:
    named = "" if found["odd"] else found["rules"]
    rules = None if named is None else tuple(word for word in re.split(r"[,\s]+", named) if word)
    ours = found.re.pattern == _OURS
    if ours and found["file"]:
        return Suppression(line, 1, length, rules, ours)
    if alone and ours:
        below = min((start for start in spans if start > line), default=line)
        return Suppression(line, *spans.get(below, (line, line)), rules, ours)
    return Suppression(line, *spans.get(line, (line, line)), rules, ours)


def statements(tree: ast.Module) -> dict[int, tuple[int, int]]:
    """For each line the statement it belongs to; for the first line of a block, the whole block."""
    spans: dict[int, tuple[int, int]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            whole = (node.lineno, node.end_lineno or node.lineno)
            body = getattr(node, "body", None)
            header = body[0].lineno - 1 if body else whole[1]
            if isinstance(node, ast.Match):
                header = node.cases[0].pattern.lineno - 1
            for line in range(whole[0], max(header, whole[0]) + 1):
                spans[line] = whole
            for case in node.cases if isinstance(node, ast.Match) else ():
                spans.update(_of_case(case))
    return spans


def _of_case(case: ast.match_case) -> dict[int, tuple[int, int]]:
    first, last = case.pattern.lineno, case.body[-1].end_lineno or case.body[-1].lineno
    return dict.fromkeys(range(first, max(case.body[0].lineno - 1, first) + 1), (first, last))


def _names(rule: str, finding: Finding) -> bool:
    return finding.rule.startswith(rule.upper()) or finding.name == rule.lower()
