"""Which weights are computed with for a function that does not read what it is handed?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.facts import Starved
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.facts.queries.unread import EndsUnread, ends_unread
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Every weight of which all data ends in such an argument."""
    return map(_told, ends_unread(program))


def _told(one: EndsUnread) -> Starved:
    anew = one.site is not one.parameter
    told = starve(
        one.answer.birth,
        Kind.DEAD_VALUE,
        one.site,
        "does not start from it" if anew else "handed in here, and not read",
        keras=(one.answer.keras,),
        scene=one.answer.query.scene,
        detail=_name(one) if anew else "",
        variant="state" if anew else "argument",
    )
    return told if anew else replace(told, cut=replace(told.cut, where=_function(one.parameter.frame)))


def _function(frame: Frame) -> str:
    """The function's name, with that of its class."""
    return f"{frame.owner.name}.{frame.where}" if frame.owner else frame.where


def _name(one: EndsUnread) -> str:
    module, node = one.parameter.frame.module, one.parameter.node
    assert isinstance(node, ast.expr)
    return module.code(node, 40).partition(":")[0]
