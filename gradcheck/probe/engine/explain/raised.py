"""Errors that are a fault in disguise: an operation without a gradient that raises where it runs, variables
that are listed before there are any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from gradcheck.probe.engine.watch import expressions, versions
from gradcheck.probe.engine.watch.births import Births, Born
from gradcheck.probe.engine.watch.frames import Frame, Frames, Place, place
from gradcheck.probe.job.said import message
from gradcheck.report.finding import Cut
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Cause, Variable, Verdict

_UNREGISTERED = re.compile(r"No gradient defined for operation ?'[^']*' \(op type: (?P<op>\w+)\)")
_UNMADE = re.compile(r"Weights for model '[^']*' have not yet been created")
_PREDICTS = ("predict", "predict_on_batch", "predict_generator")


def refused(error: BaseException, births: Births, frames: Frames) -> dict[Born, tuple[Cause, ...]]:
    """The variables of a compiled function that a tape cannot record, with the line that calls it.

    TensorFlow looks up the gradients of a compiled function when it is called under a tape, so that it raises
    there, not where the gradient is asked for.
    """
    said = _UNREGISTERED.search(message(error)) if isinstance(error, LookupError) else None
    at = _own(error, frames)
    if said is None or at is None:
        return {}
    kind = Kind.PREDICT if expressions.calls(at, *_PREDICTS) else Kind.NO_GRADIENT
    cause = Cause(Cut(kind, at.location, at.code, at.where, said["op"]))
    captured = next((found for call in _calls(error) if (found := _weights(call))), [])
    born = (births.find(weight) for weight in captured)
    return {one: (cause,) for one in born if one is not None}


def unmade(error: BaseException, births: Births, frames: Frames) -> Iterator[Verdict]:
    """The layers of a model that Keras 2 was asked for the variables of before it had any."""
    at = _own(error, frames)
    if at is None or not isinstance(error, ValueError) or not _UNMADE.search(message(error)):
        return
    cause = Cause(Cut(Kind.EMPTY_VARIABLES, at.location, at.code, at.where))
    model = next((call[0] for call in _calls(error) if births.made(call[0])), None)
    for layer in versions.descendants(model) if model is not None else ():
        if layer is not model and not layer.built and versions.builds(layer):
            made = births.made(layer)
            birth = place(made[0]).location if made else None
            yield Verdict(Variable(str(layer.name), birth, (), ""), Status.UNBUILT, None, (cause,))


def _own(error: BaseException, frames: Frames) -> Place | None:
    """The innermost line of the user's own that an error came through."""
    found, trace = None, error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if frames.is_own(code):
            found = Frame(code, trace.tb_lasti, code.co_filename, trace.tb_lineno, code.co_name)
        trace = trace.tb_next
    return None if found is None else place(found)


def _calls(error: BaseException) -> Iterator[tuple[Any, ...]]:
    """The methods that an error came through, innermost first: each by its object and, where known, what it
    was given. Keras and TensorFlow cut their own frames out of a traceback, down to a wrapper around each.
    """
    found, trace = [], error.__traceback__
    while trace is not None:
        scope = trace.tb_frame.f_locals
        given = scope.get("args")
        found.append((scope["self"],) if "self" in scope else given if isinstance(given, tuple) else ())
        trace = trace.tb_next
    return (call for call in reversed(found) if call)


def _weights(call: tuple[Any, ...]) -> list[Any]:
    """What a model, or a function compiled for these arguments, has to train."""
    held, *given = call
    with suppress(Exception):  # What is not built yet may raise.
        if hasattr(held, "get_concrete_function"):
            return list(held.get_concrete_function(*given).graph.trainable_variables)
        return list(getattr(held, "trainable_variables", None) or ())
    return []
