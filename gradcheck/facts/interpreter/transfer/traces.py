"""Functions that TensorFlow traces: where they are made, and what they are run with."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.values import Function, Opaque, Value
from gradcheck.facts.interpreter.log import Traced
from gradcheck.facts.interpreter.machine import Machine

TRACED = "tf.function"


def note_traced(machine: Machine, function: Function) -> None:
    """Remember that a `tf.function` is made here."""
    if TRACED in function.decorators:
        machine.log.traced.append(Traced(function, machine.here.loops, machine.here.path))


def note_run(machine: Machine, function: Function, frame: Frame, arguments: Arguments) -> None:
    """Remember that a `tf.function` is called, by code that is not traced itself."""
    if TRACED in function.decorators and not machine.frame.traced:
        here = machine.here
        machine.log.traced.append(Traced(function, here.loops, here.path, frame, arguments))


def traced(machine: Machine, name: str, arguments: Arguments) -> Value:
    """What `tf.function(step)` makes of a function: the same, traced."""
    values = arguments.values()
    if not values or not isinstance(values[0], Function):
        return values[0] if values else Opaque()
    made = replace(values[0], decorators=(*values[0].decorators, TRACED))
    note_traced(machine, made)
    return made
