"""The learning rate that an optimizer is made with, where it is zero for certain, and what else sets one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import loops
from gradcheck.facts.domain.values import Constant, Sequence, Value, plain
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, operation_of
from gradcheck.facts.ownership.possible import Possible, Values
from gradcheck.facts.ownership.reading import called_name
from gradcheck.facts.ownership.writes import spelt, writes_in
from gradcheck.report.kinds import BOTH_KERAS

NAMES = ("learning_rate", "lr")
PLACES = (*(f".{name}" for name in NAMES), "._learning_rate")
BY_RATE = frozenset(
    {
        "SGD",
        "Adadelta",
        "Adafactor",
        "Adagrad",
        "Adam",
        "AdamW",
        "Adamax",
        "Lamb",
        "Lion",
        "Muon",
        "Nadam",
        "RMSprop",
    }
)
"""Optimizers whose steps are the learning rate times something finite."""
FALLING = frozenset({"ExponentialDecay", "InverseTimeDecay", "CosineDecayRestarts"})
"""Schedules that are the first rate times something."""
OPTIMIZERS = "keras.optimizers."
MOST_ROUNDS, MOST_NAMES = 1_000, 6


class Setting(NamedTuple):
    """One line that gives an optimizer another learning rate; None for a value that it does not show."""

    node: ast.stmt | ast.expr
    value: ast.expr | None
    tree: ast.Module

    @property
    def is_zero(self) -> bool:
        """Whether it is zero in every round of the loop that it stands in."""
        given = _counted(self.tree, self.node)
        return self.value is not None and Possible(self.tree, given).is_zero(self.value)


def makes_optimizer(operation: Operation | None) -> bool:
    """Whether a call makes an optimizer of the library whose steps its learning rate scales."""
    return operation is not None and operation.name.startswith(OPTIMIZERS) and operation.word in BY_RATE


def made_zero(machine: Machine, optimizer: Value | None) -> tuple[Site, tuple[str, ...]] | None:
    """Where an optimizer is made with a learning rate that stays zero, and under which Kerases: the third
    refuses a whole number."""
    operation, given = operation_of(machine, optimizer), _rate_given(machine, optimizer)
    if operation is None or given is None or not _stays_zero(machine, given[1]):
        return None
    keras = ("2",) if type(plain(given[1])) is int else BOTH_KERAS
    return Site(origin(operation.site.frame.module.tree, given[0]), operation.site.frame), keras


def first_rate(machine: Machine, optimizer: Value | None) -> float | None:
    """The learning rate that an optimizer is made with, if it is a known number."""
    given = _rate_given(machine, optimizer)
    return _number(given[1]) if given is not None else None


def _rate_given(machine: Machine, optimizer: Value | None) -> tuple[ast.expr, Value] | None:
    """What an optimizer is given for its learning rate, if no list of unknown length is spread out before
    it."""
    operation = operation_of(machine, optimizer)
    if operation is None or not makes_optimizer(operation):
        return None
    given = operation.arguments
    return given.placed("lr") or given.placed("learning_rate", None if given.starred else 0)


def _stays_zero(machine: Machine, value: Value) -> bool:
    """Whether a learning rate is the number zero, or a schedule that never leaves it."""
    if isinstance(value, Constant):
        return _is_zero(value)
    operation = operation_of(machine, value)
    if operation is None or not operation.name.startswith(OPTIMIZERS) or operation.arguments.starred:
        return False
    first = operation.arguments.get("initial_learning_rate", 0)
    match operation.word:
        case "PiecewiseConstantDecay":
            rates = operation.arguments.get("values", 1)
            known = isinstance(rates, Sequence) and not rates.many and bool(rates.items)
            return known and isinstance(rates, Sequence) and all(map(_is_zero, rates.items))
        case "PolynomialDecay":
            return _is_zero(first) and _is_zero(operation.arguments.get("end_learning_rate", 2))
        case "CosineDecay":
            return _is_zero(first) and operation.arguments.get("warmup_target", 4) is None
    return operation.word in FALLING and _is_zero(first)


def _is_zero(value: Value | None) -> bool:
    return _number(value) == 0


def _number(value: Value | None) -> float | None:
    found = plain(value)
    return float(found) if type(found) in (int, float) else None


def origin(tree: ast.Module, node: ast.expr) -> ast.expr:
    """The expression that says what a name is, if one alone does."""
    for _ in range(MOST_NAMES):
        if not isinstance(node, (ast.Name, ast.Attribute)):
            break
        sources = [*Possible(tree, {}).sources(node)]
        if len(sources) != 1 or sources[0] is None:
            break
        node = sources[0]
    return node


# -- lines that set a rate ------------------------------------------------------------


@lru_cache(maxsize=8)
def settings(tree: ast.Module) -> tuple[Setting, ...]:
    """Every line of a module that gives an optimizer another learning rate, or may do so."""
    return (*_written(tree), *_called(tree))


def _written(tree: ast.Module) -> Iterator[Setting]:
    """`optimizer.learning_rate = rate`; and `model.optimizer = other`."""
    for place in PLACES:
        for one in writes_in(tree).get(place, ()):
            if not one.initial:
                yield Setting(one.node, one.value, tree)
    for one in writes_in(tree).get(".optimizer", ()):
        if not one.initial:
            yield Setting(one.node, None, tree)


def _called(tree: ast.Module) -> Iterator[Setting]:
    """`optimizer.learning_rate.assign(rate)`, `K.set_value(model.optimizer.lr, rate)`; and what is handed the
    optimizer of a model."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute() as owner, attr=method)) if spelt(
                owner
            ) in PLACES and method.startswith("assign"):
                known = method == "assign" and len(node.args) == 1
                yield Setting(node, node.args[0] if known else None, tree)
            case ast.Call(args=[ast.Attribute() as owner, value]) if (
                spelt(owner) in PLACES and called_name(node) == "set_value"
            ):
                yield Setting(node, value, tree)
            case ast.Call(args=args, keywords=words):
                given = [*args, *(one.value for one in words)]
                if any(spelt(one) == ".optimizer" for one in given) or called_name(node) == "_set_hyper":
                    yield Setting(node, None, tree)


def _counted(tree: ast.Module, node: ast.AST) -> dict[str, Values]:
    """What the counter of the loop around a line may be, if that is known."""
    loop = loops(tree).get(getattr(node, "lineno", 0))
    match loop:
        case ast.For(target=ast.Name(id=counter), iter=ast.Call(args=[*bounds], keywords=[])) if (
            called_name(loop.iter) == "range"
        ):
            found = [Possible(tree, {}).of(one) for one in bounds]
            known = [one for values in found if values is not None and len(values) == 1 for one in values]
            if 0 < len(known) == len(found) and all(type(one) is int for one in known) and 0 not in known[2:]:
                rounds = range(*known[:3])
                return {counter: frozenset(rounds)} if len(rounds) <= MOST_ROUNDS else {}
    return {}
