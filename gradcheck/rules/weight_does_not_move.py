"""A weight gets a gradient, an optimizer applies it, and nothing changes.

## What it does
Reports a variable that an optimizer updates and that still holds its first value after the steps that were
seen, where the reason is plain: a learning rate of zero, a constraint that puts the value back, a step that
is lost in rounding.
It stands at the line that decides it.

## Why is this bad
The gradient is fine, and the variable does not learn. Neither Keras nor TensorFlow says a word.

## Look-alikes
A target network that is written with `assign`, an optimizer that collects gradients over several steps, and a
variable whose optimizer never ran are left alone.
"""

from __future__ import annotations

from gradcheck.report.kinds import Half, Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC603",
    kind=Kind.STILL,
    severity=Severity.WARNING,
    since="0.2",
    headline="{labels} {get} a gradient and {has} not moved: {detail}",
    why="An optimizer was handed the gradient, and after every step the value was the one before.",
    advice="Choose a learning rate that fits the scale of the weights, and a constraint that lets them move.",
    seen_by=Half.PROBE,
)
