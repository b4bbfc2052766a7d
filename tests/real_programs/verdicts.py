"""What people think of findings, kept beside the list of packages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cases import tomllib

FILE = Path(__file__).with_name("verdicts.toml")
WORDS = ("true", "false", "debatable")


@dataclass(frozen=True, order=True)
class Place:
    """A finding, as a verdict names it: the version of a package never changes, so a line is enough."""

    package: str
    path: str
    line: int
    rule: str


@dataclass(frozen=True)
class Verdict:
    """`true`: the gradient is lost and nobody meant it; `false`: it is not lost; `debatable`: it is lost, and
    that is meant or harmless."""

    word: str
    reason: str


@dataclass(frozen=True)
class Precision:
    """Findings by verdict."""

    true: int
    false: int
    debatable: int

    @property
    def strict(self) -> tuple[int, int]:
        """True ones of all."""
        return self.true, self.true + self.false + self.debatable

    @property
    def lenient(self) -> tuple[int, int]:
        """Those that are not false, of all."""
        return self.true + self.debatable, self.true + self.false + self.debatable


def verdicts(file: Path = FILE) -> dict[Place, Verdict]:
    """Every verdict; a word that is none, or one without a reason, is an error."""
    found = {}
    for row in tomllib.loads(file.read_text(encoding="utf-8")).get("verdict", ()):
        place = Place(row["package"], row["path"], row["line"], row["rule"])
        if row["verdict"] not in WORDS or not row["reason"].strip():
            raise ValueError(f"{place}: a verdict is one of {', '.join(WORDS)}, with a reason")
        found[place] = Verdict(row["verdict"], row["reason"])
    return found


def unjudged(found: Iterable[Place], known: Mapping[Place, Verdict]) -> list[Place]:
    """Findings without a verdict."""
    return sorted(set(found) - set(known))


def precision(found: Iterable[Place], known: Mapping[Place, Verdict]) -> Precision:
    """The judged findings by verdict."""
    words = [known[place].word for place in found if place in known]
    return Precision(*(words.count(word) for word in WORDS))
