"""What Python computes of numbers that the source shows: `math.sqrt(0.5)`. Of NumPy's numbers it matters that
they are NumPy's."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.values import Constant

_OF_ONE: dict[str, Callable[[Any], float]] = {
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "exp": math.exp,
    "expm1": math.expm1,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "floor": math.floor,
    "ceil": math.ceil,
    "fabs": math.fabs,
}
_FUNCTIONS: dict[str, Callable[[Any], float]] = {
    **{f"math.{name}": function for name, function in _OF_ONE.items()},
    "builtins.abs": abs,
    "builtins.float": float,
}
NUMBERS = {
    f"{module}.{name}": Constant(value)
    for module in ("math", "np")
    for name, value in {"pi": math.pi, "e": math.e}.items()
}


def computed(name: str, arguments: Arguments) -> Constant | None:
    """The result of a call of nothing but one known number."""
    function = _FUNCTIONS.get(name)
    if function is None or arguments.keywords or arguments.starred or len(arguments.positional) != 1:
        return None
    [(_, given)] = arguments.positional
    if type(given) is not Constant or not given.known or type(given.value) not in (int, float):
        return None
    try:
        return Constant(function(given.value), rounded=given.rounded)
    except (ArithmeticError, ValueError):
        return None
