"""Where a function's own statements begin."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import statements_of
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.tree import Statement


def first_statement(block: cst.IndentedBlock) -> Statement | None:
    """The first statement behind a docstring, `global` and `nonlocal`."""
    return next((one for one in statements_of(block) if not _heads(one)), None)


def _heads(statement: Statement) -> bool:
    small = single(statement)
    text = isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString | cst.ConcatenatedString)
    return text or isinstance(small, cst.Global | cst.Nonlocal)
