"""A variable gets no usable gradient, and no line could be named.

## What it does
Reports a variable whose gradient the probe saw to be missing, zero or not finite, when neither the recorded
operations nor the source show where its path ends. It stands at the line that creates the variable.

## Why is this bad
The gradient was measured: the variable does not learn. Only the reason is unknown.

## What to look at
Follow the value from the line that creates it to the loss. Code that hides the way from the recorder
(compiled extensions, other processes, gradients written in C++) is the usual place.
"""

from __future__ import annotations

from gradcheck.report.kinds import Half, Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    module=__name__,
    code="GC000",
    kind=Kind.UNEXPLAINED,
    severity=Severity.WARNING,
    since="0.1",
    seen_by=Half.PROBE,
    headline="{labels} {get} no usable gradient ({detail}): the line that cuts the path could not be named",
    why="The probe measured this gradient; where its path ends, neither the run nor the source shows.",
    advice="Follow the value from here to the loss; if the cut is plain to see, report a missed alarm.",
)
