"""What arithmetic gives: numbers folded, lists in a row, and tensors with their cuts."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterable

from gradcheck.facts.domain.contents import is_symbolic
from gradcheck.facts.domain.graph import ALWAYS, KERAS_3
from gradcheck.facts.domain.values import (
    UNTRACKED_CONSTANT,
    Choice,
    Constant,
    Held,
    Lazy,
    Sequence,
    Tensor,
    Value,
    Variables,
    is_keras_weight,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.special_methods import operated
from gradcheck.report.kinds import Kind

MOST_BITS = 64
MOST_POWER = 64
"""What is raised to a power, or the power, of numbers that are folded."""

_ARITHMETIC: dict[type, Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b if b else math.nan,
    ast.FloorDiv: lambda a, b: a // b if b else math.nan,
    ast.Mod: lambda a, b: a % b if b else math.nan,
    ast.Pow: lambda a, b: a**b if abs(a) <= MOST_POWER and abs(b) <= MOST_POWER else math.nan,
}
_WORDS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.MatMult: "@",
    ast.Div: "/",
    ast.Pow: "**",
}


def binary(machine: Machine, node: ast.expr, operator: ast.operator, left: Value, right: Value) -> Value:
    """The value of an arithmetic expression; shared with augmented assignment."""
    if isinstance(left, Constant) and (isinstance(right, Constant) or isinstance(left.value, str)):
        return _fold(operator, left, right)
    if isinstance(left, Choice) or isinstance(right, Choice):
        left, right = _one_list(left), _one_list(right)
    if isinstance(left, (Sequence, Variables)) and isinstance(right, (Sequence, Variables)):
        return _concatenated(left, right)
    if (own := operated(machine, operator, left, right, node)) is not None:
        return own
    if isinstance(left, Sequence) and isinstance(right, Constant):
        return Sequence(left.items, many=True, kind=left.kind, part=True)
    if (together := _composed(machine, node, left, right)) is not None:
        return together
    result = machine.compute(node, ())
    numpy = isinstance(left, Tensor) and left.numpy
    site, symbolic = machine.site(node), is_symbolic(left) or is_symbolic(right)
    recorded = ALWAYS if symbolic else None
    cut = Kind.NO_GRADIENT if isinstance(operator, ast.FloorDiv) else None
    machine.draw(left, result.node, site, kind=cut, recorded=recorded, detail="//" if cut else "")
    if numpy and is_keras_weight(right):
        machine.draw(right, result.node, site, kind=Kind.NUMPY_LEFT, keras=KERAS_3, recorded=recorded)
        return Tensor(result.node)
    machine.draw(right, result.node, site, kind=cut, recorded=recorded, detail="//" if cut else "")
    numpy = all(
        isinstance(side, Constant) or (isinstance(side, Tensor) and side.numpy) for side in (left, right)
    )
    unknown = any(isinstance(side, Tensor) and side.unknown for side in (left, right))
    made = Tensor(result.node, symbolic=symbolic, numpy=numpy, unknown=unknown)
    return machine.noted(made, _word(operator), node, _operands(node, left, right))


def _composed(machine: Machine, node: ast.expr, left: Value, right: Value) -> Held | None:
    """Kernels that are added or multiplied are a kernel, which computes nothing until it is asked."""
    kernels = [one for one in (left, right) if isinstance(one, Held) and one.made == "kernel"]
    if not kernels:
        return None
    made = Held(kernels[0].name, machine.graph.node(), "kernel", machine.site(node))
    for one in (left, right):
        machine.draw(one, made.node, made.site, recorded=ALWAYS)
    return made


def _word(operator: ast.operator) -> str:
    return _WORDS.get(type(operator), type(operator).__name__)


def _operands(node: ast.expr, left: Value, right: Value) -> list[tuple[ast.expr, Value]]:
    if isinstance(node, ast.BinOp):
        return [(node.left, left), (node.right, right)]
    return [(node, left), (node, right)]


def _one_list(value: Value) -> Value:
    """Of several lists one may be meant: a list with the items of all of them, any number of times."""
    options = value.options if isinstance(value, Choice) else ()
    lists = [one for one in options if isinstance(one, (Sequence, Variables)) and not isinstance(one, Lazy)]
    if not lists or len(lists) < len(options):
        return value
    return Sequence([item for one in lists for item in _items(one)], many=True)


def _items(one: Sequence | Variables) -> list[Value]:
    """The items of a list; a model's variables stay together, as one item that stands for them all."""
    return one.items if isinstance(one, Sequence) else [one]


def _concatenated(left: Sequence | Variables, right: Sequence | Variables) -> Sequence:
    """Two lists in a row."""
    items = [item for side in (left, right) for item in _items(side)]
    many = any(isinstance(side, Variables) or side.many for side in (left, right))
    return Sequence(items, many=many)


def known(value: object) -> Constant:
    """A constant of this value; one whose number no tensor can hold is not tracked."""
    too_large = type(value) is int and value.bit_length() > MOST_BITS
    return UNTRACKED_CONSTANT if too_large else Constant(value)


def _fold(operator: ast.operator, left: Constant, right: Value) -> Value:
    if not isinstance(right, Constant) or isinstance(left.value, str) or isinstance(right.value, str):
        return _text(operator, left, right)
    numbers = (int, float)
    if isinstance(operator, ast.FloorDiv) and _never_reaches(left, right):
        return Constant(0, rounded=True)
    fold = _ARITHMETIC.get(type(operator))
    if (
        fold
        and isinstance(left.value, numbers)
        and isinstance(right.value, numbers)
        and left.known
        and right.known
    ):
        try:
            value = fold(left.value, right.value)
        except (ArithmeticError, ValueError):
            return UNTRACKED_CONSTANT
        if isinstance(value, complex) or not known(value).known:
            return UNTRACKED_CONSTANT
        halved = isinstance(operator, ast.FloorDiv) and left.value != 0
        return Constant(value, rounded=value == 0 and (halved or left.rounded or right.rounded))
    return UNTRACKED_CONSTANT


def _text(operator: ast.operator, left: Constant, right: Value) -> Constant:
    """A text that is put together, with a gap for what is not known, as a formatted one has."""
    if isinstance(operator, ast.Mod) and isinstance(left.value, str):
        return Constant(re.sub(r"%[sdi]", "{}", left.value), known=False)
    if not isinstance(operator, ast.Add) or not isinstance(right, Constant):
        return UNTRACKED_CONSTANT
    parts = [one.value if isinstance(one.value, str) else "{}" for one in (left, right)]
    return made_text(parts, known=left.known and right.known)


MOST_TEXT = 400
"""A name is shorter; a text that a loop doubles is not kept."""


def made_text(parts: Iterable[str], *, known: bool) -> Constant:
    """A text that is put together of these parts."""
    text = "".join(parts)
    return Constant(text, known=known) if len(text) <= MOST_TEXT else UNTRACKED_CONSTANT


def _never_reaches(counter: Constant, step: Constant) -> bool:
    """Whether a loop ends before its counter comes to a number: `epoch // 100` in ten rounds."""
    bound = step.value if step.known and type(step.value) is int else None
    return counter.below is not None and bound is not None and 1 < counter.below <= bound
