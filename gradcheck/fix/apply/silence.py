"""Writes comments that silence findings, with the reason that somebody gave: nothing else of a file changes,
and what is then found in it is what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gradcheck.base.lines import lines_of
from gradcheck.config.options import Options
from gradcheck.fix.apply.fixpoint import FixedFile
from gradcheck.fix.apply.notebook import flat
from gradcheck.fix.apply.recheck import Checkup, checkup, key
from gradcheck.report.finding import Finding
from gradcheck.source.discover import SourceFile
from gradcheck.source.parse import Module, parse
from gradcheck.source.suppress import spans_of


@dataclass(frozen=True)
class Silenced:
    """A file with the comments in it, what they silence, and what no comment could silence."""

    file: FixedFile
    done: tuple[Finding, ...]
    left: tuple[Finding, ...]


def silenced(source: SourceFile, findings: Sequence[Finding], reason: str, options: Options) -> Silenced:
    """The text with one comment above each statement that a finding points at. A comment that turns out to
    silence nothing is taken back: it may have landed in a string."""
    module = parse(source)
    if not isinstance(module, Module):
        return Silenced(FixedFile(source, source.text), (), tuple(findings))
    done = tuple(findings)
    while True:
        comments = _comments(source, module, done)
        text = "".join(_with_comments(lines_of(source.text), comments, reason))
        silent = tuple(_silent(source, done, comments, checkup(source.path, text, options)))
        if silent == done:
            break
        done = silent
    return Silenced(FixedFile(source, text), done, tuple(one for one in findings if one not in done))


def _comments(source: SourceFile, module: Module, findings: Iterable[Finding]) -> dict[int, set[str]]:
    """The rules to silence above each line at which a statement begins."""
    rules: dict[int, set[str]] = {}
    spans = spans_of(module).by_line
    for finding in findings:
        line = flat(finding, source).location.line
        rules.setdefault(spans.get(line, (line, line))[0], set()).add(finding.rule)
    return rules


def _silent(
    source: SourceFile, findings: Iterable[Finding], comments: Iterable[int], after: Checkup
) -> Iterator[Finding]:
    """The findings that are no longer shown where the comments have moved them."""
    shown = {(key(one), one.location.line) for one in after.findings}
    for finding in findings:
        line = flat(finding, source).location.line
        moved = line + sum(above <= line for above in comments)
        if after.sound and (key(finding), moved) not in shown:
            yield finding


def _with_comments(lines: Sequence[str], rules: dict[int, set[str]], reason: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if codes := rules.get(number):
            indent = line[: len(line) - len(line.lstrip())]
            ending = line[len(line.rstrip("\r\n")) :] or "\n"
            yield f"{indent}# gradcheck: ignore[{', '.join(sorted(codes))}] {reason}{ending}"
        yield line
