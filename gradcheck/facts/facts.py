"""Facts: what a module does to its weights, frozen. Rules ask questions here; they never see a syntax tree.

Everything here is documented for rules of a project's own, and changes with a line in the changelog.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.fate import WeightFate
from gradcheck.report.finding import Cut, Location, Step, Weight
from gradcheck.report.kinds import BOTH_KERAS, Kind, Phase, Severity


@dataclass(frozen=True)
class Starved:
    """One weight none of whose paths to the loss carries a gradient, and one place where they are cut.

    `partial`: other paths of the weight do carry one; only what goes through here is lost.

    `severity` differs from the rule's own where this case is more or less certain than most.
    """

    weight: Weight
    cut: Cut
    trail: tuple[Step, ...]
    keras: tuple[str, ...]
    scene: str
    severity: Severity | None = None
    partial: bool = False


@dataclass(frozen=True)
class StarvedGroup:
    """One cut with all the weights it starves, as a rule reports it."""

    cut: Cut
    weights: tuple[Weight, ...]
    trail: tuple[Step, ...]
    keras: tuple[str, ...]
    scene: str
    severity: Severity | None = None
    partial: bool = False


@dataclass(frozen=True)
class Argument:
    """One argument of a call.

    `name` is its keyword, empty where it is passed by position. `code` is its source text on one line.
    `value` is what it is where the source shows a plain constant (a number, a string, a bool), else None.
    `weights` are those that its value depends on; `is_weight` says that it is a weight itself, untransformed.
    """

    name: str
    code: str
    value: bool | int | float | str | None = None
    weights: tuple[Weight, ...] = ()
    is_weight: bool = False


@dataclass(frozen=True)
class Call:
    """One call of a library function, or of a library class, as it stands in the source.

    `function` is its name whatever it was imported as: `tf.clip_by_value`, `keras.layers.Dense`,
    `tfp.distributions.Normal`, `np.mean`. `where` names the code that runs it (`build()`, `the module`), and
    `phase` says when that is.
    """

    function: str
    location: Location
    code: str
    where: str
    phase: Phase
    arguments: tuple[Argument, ...] = ()

    def argument(self, name: str, position: int | None = None) -> Argument | None:
        """The argument passed under this name, or at this position."""
        found = [one for one in self.arguments if one.name == name]
        by_position = [one for one in self.arguments if not one.name]
        if position is not None and position < len(by_position):
            found.append(by_position[position])
        return found[0] if found else None

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The weights that any of the arguments depends on, each once."""
        return tuple(dict.fromkeys(weight for one in self.arguments for weight in one.weights))


@dataclass(frozen=True)
class Facts:
    """What is known of one module.

    `starved` holds every weight that a cut was found for; `calls` every call of a library in the module
    itself, in source order, and is filled only for rules of a project's own. `trains` are the weights of
    other modules that get a gradient here.
    """

    path: str
    starved: tuple[Starved, ...] = ()
    calls: tuple[Call, ...] = ()
    weights: tuple[WeightFate, ...] = ()
    trains: tuple[Location, ...] = ()

    def cuts(self, kind: Kind) -> Iterator[StarvedGroup]:
        """The cuts of one kind, each once, in source order."""
        grouped: dict[tuple[Location, tuple[str, ...], bool], list[Starved]] = {}
        for one in self.starved:
            if one.cut.kind is kind:
                grouped.setdefault((one.cut.location, one.keras, one.partial), []).append(one)
        for (_, keras, _), group in sorted(grouped.items(), key=lambda entry: entry[0]):
            first = group[0]
            weights = tuple(dict.fromkeys(one.weight for one in group))
            yield StarvedGroup(
                first.cut, weights, first.trail, keras, first.scene, first.severity, first.partial
            )


def merge_keras(facts: list[Starved]) -> tuple[Starved, ...]:
    """One entry where the same weight is starved at the same place under both Kerases."""
    merged: dict[tuple[Weight, Location, Kind], Starved] = {}
    for one in facts:
        key = (one.weight, one.cut.location, one.cut.kind)
        old = merged.get(key)
        if old is None:
            merged[key] = one
        else:
            keras = tuple(name for name in BOTH_KERAS if name in old.keras or name in one.keras)
            merged[key] = Starved(old.weight, old.cut, old.trail, keras, old.scene, old.severity, old.partial)
    return tuple(merged.values())
