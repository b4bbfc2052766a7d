"""What the probe saw of a program while it trained. Values only; nothing here knows TensorFlow."""

from __future__ import annotations

from dataclasses import field

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.finding import Cut, Location, Step
from gradcheck.report.kinds import Status


@dataclass(frozen=True)
class Variable:
    """A weight at run time. `path` is Keras' own name for it; `birth` is the user's line that created it;
    `owner` the kind of object that did, as a `Weight` has it.
    """

    path: str
    birth: Location | None
    shape: tuple[int | None, ...]
    dtype: str
    owner: str = ""


@dataclass(frozen=True)
class Cause:
    """The user's line that is to blame for a bad verdict, and the way there."""

    cut: Cut
    trail: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What became of one variable's gradient; `norm` is the Euclidean norm of the last gradient seen, if
    there was one.

    `causes` names every distinct cut on the variable's paths, the most likely first; empty when all is well
    or when no line can be named. A variable that is ok and has causes trains through one term of the loss and
    is cut off from another one. `mark` is what else is to be seen of a gradient that arrives: `still`,
    `vanished` or `exploding`; `switched_off` is the line that froze the variable.
    """

    variable: Variable
    status: Status
    norm: float | None = None
    causes: tuple[Cause, ...] = ()
    mark: str = ""
    switched_off: Location | None = None

    @property
    def word(self) -> str:
        """What people read: a gradient that is marked is not just `ok`."""
        return self.mark or self.status.word


@dataclass(frozen=True)
class Probe:
    """One run of one target.

    `status` is "ok" (gradients were seen), "broken" (the program itself raised after or before some were
    seen) or "failed" (the probe could not do its job: nothing was seen); `reason` says why in one sentence.
    `notes` say what was not reached. `losses` holds the value each gradient call differentiated in its first
    step, in the order the calls were met: None where none was computed. `protection` says how the files that
    were there before were kept from the program: by an "overlay" of the kernel's, by a "redirection" of its
    own calls, or by "none". `recipes` say how its parts were made to train if it trained nothing by itself:
    another run can be made alike. `cut_short` says that the program was ended before its own end, once enough
    was seen.
    """

    target: str
    kind: str
    keras: str
    tensorflow: str
    status: str
    reason: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[str, ...] = field(default=())
    losses: tuple[float | None, ...] = ()
    protection: str = ""
    recipes: tuple[object, ...] | None = None
    cut_short: bool = False
