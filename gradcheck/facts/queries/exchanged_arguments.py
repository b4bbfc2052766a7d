"""Calls that hand a function two values in each other's place."""

from __future__ import annotations

import ast
from dataclasses import replace

from gradcheck.base.exchanged_arguments import EXCHANGED, first_exchanged
from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.wording import cut_at
from gradcheck.report.finding import Cut
from gradcheck.report.kinds import Kind


def with_exchanged_arguments(place: Site) -> Cut | None:
    """What is to blame for a `stop_gradient`, if the function around it is handed two values in each other's
    place."""
    for frame in place.frame.chain():
        if frame.function is not None and frame.outer is not None and isinstance(frame.call, ast.Call):
            names = [one.arg for one in parameters(frame.function.node.args)]
            names = names[frame.function.bound is not None :]
            call = first_exchanged(frame.outer.module.tree, frame.call, names)
            if call is not None:
                return replace(cut_at(Site(call, frame.outer), Kind.STOPPED), variant=EXCHANGED)
    return None
