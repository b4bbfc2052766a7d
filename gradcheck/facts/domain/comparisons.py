"""What the comparisons of Python's syntax do to plain values."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

ORDERED: dict[type[ast.AST], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
"""Those of how large two values are."""
COMPARED: dict[type[ast.AST], Callable[[Any, Any], bool]] = {
    **ORDERED,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
"""Those of any two values."""
