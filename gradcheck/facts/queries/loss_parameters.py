"""Which of its parameters a compiled loss takes for the prediction."""

from __future__ import annotations

import ast
from dataclasses import replace

from gradcheck.base.exchanged_arguments import EXCHANGED
from gradcheck.base.loss_parameters import are_exchanged, is_prediction
from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import placed
from gradcheck.facts.domain.wording import cut_at
from gradcheck.report.finding import Cut
from gradcheck.report.kinds import Kind


def unread_prediction(place: Site) -> Site | None:
    """The parameter that a compiled loss gets the prediction by, if it reads the first one alone."""
    frame, first, second = _of_loss(place)
    if frame is None or frame.function is None or first is None or second is None:
        return None
    names = (one for one in ast.walk(frame.function.node) if isinstance(one, ast.Name))
    read = {one.id for one in names if isinstance(one.ctx, ast.Load)}
    if first.arg not in read or second.arg in read or is_prediction(second.arg):
        return None  # the order may be right, and the expression takes the wrong one of the two
    return Site(placed(second), frame)


def with_exchanged_parameters(place: Site) -> Cut | None:
    """What cuts the path instead of a place in a compiled loss, if that calls its first parameter the
    prediction, and its second one the labels."""
    frame, first, second = _of_loss(place)
    if frame is None or first is None or second is None:
        return None
    if not are_exchanged([first.arg, second.arg]):
        return None
    return replace(cut_at(Site(placed(first), frame), Kind.NOT_IN_LOSS), variant=EXCHANGED)


def _of_loss(place: Site) -> tuple[Frame | None, ast.arg | None, ast.arg | None]:
    """The frame of the loss that `fit` calls, with its first two parameters."""
    frame = next((one for one in place.frame.chain() if one.outer and one.outer.where == "fit()"), None)
    if frame is None or frame.function is None:
        return None, None, None
    bound = frame.function.bound is not None
    first, second, *_ = [*parameters(frame.function.node.args)[bound:], None, None]
    return frame, first, second
