"""Variables and causes in the words of a report."""

from __future__ import annotations

from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Stack, place
from gradcheck.report.finding import Cut
from gradcheck.report.kinds import Kind
from gradcheck.report.verdict import Cause, Variable


def described(born: Born) -> Variable:
    """A variable in the report's words."""
    location = place(born.stack[0]).location if born.stack else None
    facts = born.describe()
    if facts is None:
        return Variable("a variable that is gone", location, (), "")
    return Variable(facts.name, location, facts.shape, facts.dtype, born.owner)


def cause(kind: Kind, stack: Stack, detail: str = "", variant: str = "") -> tuple[Cause, ...]:
    """A cut at the line that a stack begins with; nothing where no line is known."""
    if not stack:
        return ()
    at = place(stack[0])
    return (Cause(Cut(kind, at.location, at.code, at.where, detail, variant=variant)),)
