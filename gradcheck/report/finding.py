"""What gradcheck says about a program: locations, trails, cuts, fixes, findings. Values only."""

from __future__ import annotations

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.kinds import BOTH_KERAS, Evidence, Kind, Severity


@dataclass(frozen=True, order=True)
class Location:
    """A range of source text. Lines and columns are 1-based; columns count Unicode characters; the end is
    exclusive."""

    path: str
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, order=True)
class Step:
    """One of the user's own lines on the way from a weight's birth to the cut."""

    location: Location
    note: str


OF_NOTHING = "nothing"
"""The owner of a variable that no object's code creates."""


@dataclass(frozen=True, order=True)
class Weight:
    """A trainable thing as the source creates it.

    `name` is what reports list (the `name=` it was given, else its attribute); `label` is what its author
    writes (`self.mu`); `birth` is the key on which both halves meet; `owner` says what kind of object holds
    it where that is no Keras layer: `loss`, `regularizer`, `module`, `object` (of another class), `nothing`.
    """

    name: str
    label: str
    birth: Location
    owner: str = ""


@dataclass(frozen=True)
class Cut:
    """Where a path ends although data flows on.

    `code` is the source text of the cutting expression on one line; `where` names the code that runs it:
    `build()`,
    `the module`; `detail` is a word a rule's sentence may want (the operation, the container); `variant`
    names the case of the fault that has sentences of its own.
    """

    kind: Kind
    location: Location
    code: str
    where: str = ""
    detail: str = ""
    keras: tuple[str, ...] = BOTH_KERAS
    variant: str = ""


@dataclass(frozen=True)
class Edit:
    """Replace one range of one file by a text."""

    location: Location
    text: str


@dataclass(frozen=True)
class Fix:
    """Edits that repair a cut.

    `safe` ones change nothing but the gradient; `keeps_value` ones claim to keep every forward value.
    `verified` is None until they were measured; `reason` says why they are not verified. `repeats` is what
    they call elsewhere or once more, although it may draw, count or update something.
    """

    title: str
    safe: bool
    edits: tuple[Edit, ...]
    verified: bool | None = None
    reason: str | None = None
    keeps_value: bool = True
    repeats: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may still be applied: it was not tried, and nothing shows that it is wrong."""
        return self.verified is None and not self.reason

    @property
    def changes(self) -> str:
        """What it changes, in a few words."""
        if self.repeats:
            return f"calls {self.repeats}() elsewhere or once more"
        if self.safe:
            return "nothing but the gradient"
        return "how the gradient is computed, no value" if self.keeps_value else "the loss's value, too"

    @property
    def effect(self) -> str:
        """The same as the end of a sentence: `changes nothing but the gradient`."""
        return self.changes if self.repeats else f"changes {self.changes}"


@dataclass(frozen=True)
class Finding:
    """One cut, however many variables it starves and whichever half saw it.

    `fix` is the repair that comes first; `alternatives` are the others that help, in order. `partial` says
    that the weights train by other paths. `detail` is that of the cut.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    location: Location
    kind: Kind
    weights: tuple[Weight, ...] = ()
    trail: tuple[Step, ...] = ()
    why: str = ""
    advice: str = ""
    keras: tuple[str, ...] = BOTH_KERAS
    evidence: Evidence = Evidence.STATIC
    fix: Fix | None = None
    alternatives: tuple[Fix, ...] = ()
    partial: bool = False
    detail: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the starved weights, in order, each once."""
        return tuple(dict.fromkeys(weight.name for weight in self.weights))
