"""Writes comments that silence findings, with the reason that somebody gave: nothing else of a file changes,
and what is then found in it is what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gradcheck.config.options import Options
from gradcheck.fix.apply.edits import lines_of
from gradcheck.fix.apply.fixpoint import FixedFile
from gradcheck.fix.apply.notebook import flat
from gradcheck.fix.apply.recheck import checkup, key
from gradcheck.report.finding import Finding
from gradcheck.source.discover import SourceFile
from gradcheck.source.parse import Module, parse
from gradcheck.source.suppress import statements


@dataclass(frozen=True)
class Silenced:
    """A file with the comments in it, what they silence, and what no comment could silence."""

    file: FixedFile
    done: tuple[Finding, ...]
    left: tuple[Finding, ...]


def silenced(source: SourceFile, findings: Sequence[Finding], reason: str, options: Options) -> Silenced:
    """The text with one comment above each statement that a finding points at."""
    module = parse(source)
    if not isinstance(module, Module):
        return Silenced(FixedFile(source, source.text), (), tuple(findings))
    text = _commented(source, module, findings, reason)
    after = checkup(source.path, text, options)
    shown = {key(one) for one in after.findings}
    left = tuple(one for one in findings if key(one) in shown or not after.sound)
    done = tuple(one for one in findings if one not in left)
    return Silenced(FixedFile(source, text if done else source.text), done, left)


def _commented(source: SourceFile, module: Module, findings: Iterable[Finding], reason: str) -> str:
    lines = lines_of(source.text)
    by_line: dict[int, set[str]] = {}
    spans = statements(module.tree)
    for finding in findings:
        line = flat(finding, source).location.line
        by_line.setdefault(spans.get(line, (line, line))[0], set()).add(finding.rule)
    return "".join(_with_comments(lines, by_line, reason))


def _with_comments(lines: Sequence[str], rules: dict[int, set[str]], reason: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if codes := rules.get(number):
            indent = line[: len(line) - len(line.lstrip())]
            ending = line[len(line.rstrip("\r\n")) :] or "\n"
            yield f"{indent}# gradcheck: ignore[{', '.join(sorted(codes))}] {reason}{ending}"
        yield line
