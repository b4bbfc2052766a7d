"""What the static half knows of every weight: where its gradient ends up, or what keeps us from saying so."""

from __future__ import annotations

from enum import Enum

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.finding import Location, Weight
from gradcheck.report.kinds import BOTH_KERAS, Kind, Status


class Fate(str, Enum):
    """What becomes of a weight, as far as the source shows it."""

    REACHES = "reaches"
    CUT = "cut"
    UNTRACKED = "untracked"
    FROZEN = "frozen"
    UNLISTED = "unlisted"
    UNBUILT = "unbuilt"
    UNUSED = "unused"
    UNKNOWN = "unknown"


class Reason(str, Enum):
    """What a weight meets first that the static half does not know."""

    CALL = "call"
    BASE = "base"
    ATTRIBUTE = "attribute"
    IMPORT = "import"
    BUDGET = "budget"
    DEPTH = "depth"
    NEVER_CALLED = "never-called"
    NEVER_ASKED = "never-asked"


@dataclass(frozen=True)
class Obstacle:
    """The first thing on a weight's way that is not known, as the source writes it."""

    reason: Reason
    expression: str
    location: Location


@dataclass(frozen=True)
class WeightFate:
    """One weight, or all weights of one library layer, as the source creates it.

    `fates` holds what becomes of it under each Keras; `cut` is the kind of the finding that says so, if one
    does; `obstacle` is there when a fate is unknown; `judged` are the Kerases that its file can run on;
    `seen` is what a probe saw of its variables, each status once.
    """

    weight: Weight
    fates: tuple[tuple[str, Fate], ...]
    cut: Kind | None = None
    obstacle: Obstacle | None = None
    judged: tuple[str, ...] = BOTH_KERAS
    seen: tuple[Status, ...] = ()

    def under(self, keras: str) -> Fate:
        """Its fate under one Keras."""
        return dict(self.fates)[keras]

    @property
    def fate(self) -> Fate:
        """Its fate in one word: the first under the Kerases that count which is not `reaches`, an unknown one
        last."""
        fates = [fate for keras, fate in self.fates if keras in self.judged]
        known = [fate for fate in fates if fate not in (Fate.REACHES, Fate.UNKNOWN)]
        return next(iter(known), Fate.UNKNOWN if Fate.UNKNOWN in fates else Fate.REACHES)
