"""What is bad about one variable in one run, and what it is blamed on."""

from __future__ import annotations

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.finding import Location
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Cause, Verdict


@dataclass(frozen=True)
class Sighting:
    """What is bad about a verdict of one program and a cut it is blamed on (None: no line could be named)."""

    verdict: Verdict
    cause: Cause | None
    target: str
    keras: str

    @property
    def path(self) -> str:
        """Keras' own name for the variable."""
        return self.verdict.variable.path

    @property
    def partial(self) -> bool:
        """Whether the variable trains all the same: only a part of the loss does not reach it."""
        still = self.cause is not None and self.cause.cut.kind is Kind.STILL
        return self.verdict.status is Status.OK and not still

    @property
    def birth(self) -> Location:
        """Where the variable was created; the program itself when no line of the user's is known."""
        return self.verdict.variable.birth or Location(self.target, 1)
