"""Holds back what was known: a baseline counts findings by file and rule, so that moved lines stay known.

When a file has more findings of a rule than its baseline says, all of them are shown: which one is new, no
count can tell.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.notebook_cells import notebook_of
from gradcheck.base.regular_files import MEGABYTE, read_regular
from gradcheck.config.options import Options
from gradcheck.registry import entries
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Severity
from gradcheck.report.report import Report

if TYPE_CHECKING:
    from gradcheck.rule import Rule

MOST_BYTES = 64 * MEGABYTE
VERSION = 1
MOST_FINDINGS = 1_000_000

Key = tuple[str, str]
"""A file and the code of a rule."""


class BaselineError(Exception):
    """A baseline that cannot be used; its text says what to do."""


@dataclass(frozen=True)
class Baseline:
    """How many findings are known, by file and rule; files are relative to the baseline's folder."""

    folder: Path
    counts: tuple[tuple[Key, int], ...] = ()

    def within(self, paths: Iterable[str], options: Options, looked_at: Iterable[str]) -> Baseline:
        """The part that a run over these paths answers for: the files there that it looked at and those that
        are gone, as far as the rules are on. A walk passes over files that are there all the same."""
        roots = [self._found(path, os.path.realpath(path)) for path in paths]
        seen = frozenset(map(self._of_file, looked_at))
        asked = {key: count for key, count in self.counts if self._answers(key, roots, options, seen)}
        return replace(self, counts=_sorted(Counter(asked)))

    def apply(self, report: Report) -> Report:
        """The report without the known findings."""
        known, found = Counter(dict(self.counts)), self._count(report.findings)
        shown = tuple(one for one in report.findings if found[self._key(one)] > known[self._key(one)])
        return replace(report, findings=shown, known=len(report.findings) - len(shown))

    def gone(self, report: Report) -> tuple[str, ...]:
        """What is to be said when this baseline knows more than there is."""
        gone = sum((Counter(dict(self.counts)) - self._count(report.findings)).values())
        word = "finding that is" if gone == 1 else "findings that are"
        said = f"the baseline holds {gone} {word} gone: `gradcheck baseline prune` forgets them"
        return (said,) if gone else ()

    def written(self, report: Report) -> Baseline:
        """A baseline that knows exactly what this report finds."""
        return replace(self, counts=_sorted(self._count(report.findings)))

    def pruned(self, report: Report) -> Baseline:
        """This baseline without what is gone; it never learns anything new."""
        return replace(self, counts=_sorted(Counter(dict(self.counts)) & self._count(report.findings)))

    def __or__(self, other: Baseline) -> Baseline:
        """What either knows: of each key the higher count."""
        return replace(self, counts=_sorted(Counter(dict(self.counts)) | Counter(dict(other.counts))))

    def __sub__(self, other: Baseline) -> Baseline:
        """What this baseline knows beyond another one."""
        return replace(self, counts=_sorted(Counter(dict(self.counts)) - Counter(dict(other.counts))))

    def __len__(self) -> int:
        return sum(count for _, count in self.counts)

    def _count(self, findings: Iterable[Finding]) -> Counter[Key]:
        return Counter(self._key(finding) for finding in findings if finding.severity is not Severity.INFO)

    def _answers(self, key: Key, roots: Iterable[Path], options: Options, seen: frozenset[Path]) -> bool:
        place = self._place(key)
        if not any(place.is_relative_to(root) for root in roots):
            return False
        return _tells(key[1], str(place), options) and (place in seen or _is_gone(place))

    def _place(self, key: Key) -> Path:
        """Where the file of an entry lies; the baseline may name it by way of `..`."""
        return Path(os.path.normpath(self.folder / key[0]))

    def _key(self, finding: Finding) -> Key:
        path = self._of_file(notebook_of(finding.location.path))
        inside = path.is_relative_to(self.folder)
        return (path.relative_to(self.folder) if inside else path).as_posix(), finding.rule

    def _of_file(self, path: str) -> Path:
        folder, name = os.path.split(os.path.abspath(path))
        return self._found(path, os.path.join(os.path.realpath(folder), name))

    def _found(self, path: str, real: str) -> Path:
        """Where a path leads, as it is named in the baseline's folder; links are followed where else it would
        lie outside."""
        place = Path(os.path.abspath(path))
        inside = place.is_relative_to(self.folder) or not Path(real).is_relative_to(self.folder)
        return place if inside else Path(real)


class _TwiceError(ValueError):
    """A key that an object of a baseline has twice: only one of them would count."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = Counter(key for key, _ in pairs)
    if twice := next((key for key, count in keys.items() if count > 1), None):
        raise _TwiceError(f"{twice:.100}")
    return dict(pairs)


def load(path: str) -> Baseline:
    """The baseline in a file. Raises BaselineError."""
    try:
        book = json.loads(read_regular(path, MOST_BYTES).decode("utf-8-sig"), object_pairs_hook=_once)
    except OSError as error:
        raise BaselineError(
            f"{path}: cannot be read: {error.strerror}; `gradcheck baseline write` makes one"
        ) from None
    except _TwiceError as error:
        raise BaselineError(_unusable(path, f"names {error} twice")) from None
    except (ValueError, RecursionError, MemoryError):
        raise BaselineError(_unusable(path, "is not a baseline")) from None
    if not isinstance(book, dict) or not isinstance(book.get("files"), dict):
        raise BaselineError(_unusable(path, "is not a baseline"))
    known = book.get("version")
    if type(known) is not int or known != VERSION:
        version = f"{known!r:.40}"
        raise BaselineError(_unusable(path, f"is a baseline of version {version}, not {VERSION}"))
    return Baseline(_folder(path), _sorted(Counter(dict(_counts(path, book["files"])))))


def _tells(code: str, path: str, options: Options) -> bool:
    """Whether findings of a rule in this file would be told, and be worth knowing; never those of a rule that
    this run does not know."""
    rule = _rules(options.rules).get(code)
    if rule is None or options.severity_of(code, rule.name, rule.severity) is Severity.INFO:
        return False
    return options.selects(code, rule.name) and not options.ignored_in(path, code, rule.name)


@cache
def _rules(files: tuple[str, ...]) -> dict[str, Rule]:
    """Every rule by its code, those in files of the project included."""
    from gradcheck.project_rules import rule_set  # most projects have no rules of their own

    return {entry.rule.code: entry.rule for entry in (rule_set(files).entries if files else entries())}


def _is_gone(place: Path) -> bool:
    """Whether no file can be there; what cannot be asked about may be."""
    try:
        os.stat(place)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError:
        pass
    return False


def _counts(path: str, files: dict[str, Any]) -> Iterator[tuple[Key, int]]:
    for file, rules in files.items():
        for rule, count in rules.items() if isinstance(rules, dict) else [("", None)]:
            if type(count) is not int or not 0 < count <= MOST_FINDINGS:
                raise BaselineError(_unusable(path, f"{file}: {rule or 'its entry'} is no count of findings"))
            yield (file, rule), count


def _unusable(path: str, why: str) -> str:
    return f"{path}: {why}; once it is out of the way, `gradcheck baseline write` makes one"


def empty(path: str) -> Baseline:
    """A baseline for a file that is yet to be written."""
    return Baseline(_folder(path))


def dumps(baseline: Baseline) -> str:
    """The file's text: sorted, one count a line, so that merges are easy to read."""
    files: dict[str, dict[str, int]] = {}
    for (path, rule), count in baseline.counts:
        files.setdefault(path, {})[rule] = count
    return json.dumps({"version": VERSION, "files": files}, indent=2) + "\n"


def _folder(path: str) -> Path:
    return Path(os.path.realpath(os.path.dirname(os.path.abspath(path))))


def _sorted(counts: Counter[Key]) -> tuple[tuple[Key, int], ...]:
    return tuple(sorted(counts.items()))
