"""Which trainings of a program leave every weight as it is, because of how their optimizer is set up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.domain.values import (
    Birth,
    Constant,
    Function,
    Held,
    Instance,
    Layer,
    Opaque,
    Sequence,
    Value,
    is_none,
)
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.interpreter.operations import Operation, operation_of
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.ownership.curves import zero_everywhere
from gradcheck.facts.ownership.rates import Setting, first_rate, made_zero, makes_optimizer, origin, settings
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.undone import collected_for, epochs_of, kept_by_average, steps_of
from gradcheck.report.kinds import BOTH_KERAS

ZERO, ALL_ZERO = "the learning rate is 0", "the learning rate is 0 in every epoch"
SCHEDULER = "keras.callbacks.LearningRateScheduler"
QUIET = frozenset(
    f"keras.callbacks.{name}"
    for name in (
        "CSVLogger",
        "EarlyStopping",
        "History",
        "ModelCheckpoint",
        "ProgbarLogger",
        "ReduceLROnPlateau",
        "TensorBoard",
        "TerminateOnNaN",
    )
)
"""Callbacks of the library that never make a learning rate of zero larger."""
OWN = frozenset({"optimizer", "self.optimizer"})
"""What the optimizer of a model is known as in its own step."""
Block = list[ast.stmt]


class Rest(NamedTuple):
    """Why the steps of an optimizer move nothing, and the place that decides it."""

    site: Site
    detail: str
    variant: str = "rate"
    keras: tuple[str, ...] = BOTH_KERAS


class Steps(NamedTuple):
    """The weights that a training is for, and why it moves none of them; None where it may."""

    births: list[Birth]
    rest: Rest | None


class Trainings:
    """All that a program trains."""

    def __init__(self, program: Program) -> None:
        self.program, self.machine = program, program.machine
        log = self.machine.log
        owners: list[Instance | Layer] = [*log.instances, *log.layers]
        self._compiled = {id(one): one.compiled for one in owners if one.compiled is not None}
        self._compiled |= {id(one.owner): one.compiled for one in log.trained}

    def every(self) -> Iterator[Steps]:
        """Those of `fit`, and each step that is written by hand."""
        log = self.machine.log
        for (owner, site), arguments in zip(log.fitted, log.fed, strict=True):
            yield Steps(self._trained(owner), self._of_fit(owner, arguments, site))
        for update in log.updates:
            if not _is_own(update.optimizer):
                births = weights_of(self.machine, update.variables)
                yield Steps(births, self._of_optimizer(update.optimizer, update.site))

    def _trained(self, owner: Instance | Layer) -> list[Birth]:
        """The weights that a model's `fit` moves: in a step of its own, those that it says."""
        births = weights_of(self.machine, owner)
        if not isinstance(owner, Instance) or owner.model.method("train_step") is None:
            return births
        own = [one for one in self.machine.log.updates if _is_own(one.optimizer)]
        moved = {birth.node for one in own for birth in weights_of(self.machine, one.variables)}
        return [birth for birth in births if birth.node in moved]

    def _of_fit(self, owner: Instance | Layer, arguments: Arguments, site: Site) -> Rest | None:
        compiled = self._compiled.get(id(owner)) or {}
        times = [one for one in self.machine.log.events if one.did is Did.COMPILE and one.owner is owner]
        optimizer, curves = compiled.get("optimizer"), self._curves(arguments)
        if len(times) != 1 or owner.escaped is not None or optimizer is None or curves is None:
            return None
        if (undone := self._undone(optimizer)) is not None:
            return undone
        if curves:
            return self._by_curve(optimizer, curves, arguments, site)
        return self._of_optimizer(optimizer, site)

    def _curves(self, arguments: Arguments) -> list[Function] | None:
        """The schedules that `fit` is given; None where another callback may set a rate."""
        given, found = arguments.get("callbacks", 5), list[Function]()
        if is_none(given):
            return None if arguments.starred else found
        for one in given.items if isinstance(given, Sequence) and not given.many else [given]:
            operation = operation_of(self.machine, one)
            schedule = operation.arguments.get("schedule", 0) if operation is not None else None
            if operation is not None and operation.name == SCHEDULER and isinstance(schedule, Function):
                found.append(schedule)
            elif not (operation is not None and operation.name in QUIET) and not _is_read(one):
                return None
        return found

    def _by_curve(
        self, optimizer: Value, curves: list[Function], arguments: Arguments, site: Site
    ) -> Rest | None:
        """A schedule that gives zero in every epoch that `fit` runs."""
        [curve, *others], epochs = curves, epochs_of(arguments)
        known = isinstance(optimizer, Constant) or makes_optimizer(operation_of(self.machine, optimizer))
        if others or not epochs or not known or not self._is_left_alone(optimizer):
            return None
        given = zero_everywhere(curve, epochs, first_rate(self.machine, optimizer))
        if given is None:
            return None
        here = curve.module is site.frame.module
        return Rest(Site(origin(curve.module.tree, given), site.frame) if here else site, ALL_ZERO)

    def _of_optimizer(self, optimizer: Value, site: Site) -> Rest | None:
        """What an optimizer is made with, or set to before a training."""
        if not makes_optimizer(operation_of(self.machine, optimizer)) or not self._is_left_alone(optimizer):
            return None
        if (made := made_zero(self.machine, optimizer)) is not None:
            site, keras = made
            return Rest(site, ZERO, keras=keras)
        before = [one for one in self._settings if _precedes(one, site)] if self._is_only_one else []
        values = [one.value for one in before if one.value is not None]
        return Rest(Site(origin(before[-1].tree, values[-1]), site.frame), ZERO) if values else None

    def _undone(self, optimizer: Value) -> Rest | None:
        """Steps of an optimizer of `fit` that are not taken, or taken back."""
        operation = operation_of(self.machine, optimizer)
        if operation is None or not makes_optimizer(operation):
            return None
        if kept_by_average(operation):
            return Rest(_at(operation, "ema_momentum"), "", "average")
        wanted = collected_for(operation)
        steps = self._steps(optimizer) if wanted > 1 else None
        if steps is None or steps >= wanted:
            return None
        detail = f"{wanted} gradients make one step, and there are {steps} batches"
        return Rest(_at(operation, "gradient_accumulation_steps"), detail, "collected")

    def _steps(self, optimizer: Value) -> int | None:
        """How many gradients an optimizer is given in all."""
        log, shapes = self.machine.log, Shapes(self.machine)
        if any(not _is_own(one.optimizer) for one in log.updates):
            return None
        found = [
            steps_of(shapes, arguments, site)
            for (owner, site), arguments in zip(log.fitted, log.fed, strict=True)
            if (self._compiled.get(id(owner)) or {}).get("optimizer") is optimizer
        ]
        return None if None in found else sum(one for one in found if one is not None)

    def _is_left_alone(self, optimizer: Value) -> bool:
        """Whether nothing sets another rate than zero."""
        lent = isinstance(optimizer, Held) and optimizer.node in self.machine.log.lent
        return not lent and all(one.is_zero for one in self._settings)

    @cached_property
    def _settings(self) -> list[Setting]:
        """The lines of all files that belong to the program which set a rate."""
        modules = [one.module for one in self.program.imported.values() if one.module is not None]
        return [one for module in (self.program.module, *modules) for one in settings(module.tree)]

    @cached_property
    def _is_only_one(self) -> bool:
        """Whether there is one optimizer, which is meant wherever a rate is set."""
        made = [one for one in self.machine.operations.values() if makes_optimizer(one)]
        named = [one.get("optimizer") for one in self._compiled.values() if one]
        return len(made) == 1 and not any(isinstance(one, Constant) for one in named)


def _is_own(optimizer: Value) -> bool:
    """Whether this is the optimizer that a model was compiled with, in a step of its own."""
    return isinstance(optimizer, Opaque) and optimizer.label in OWN


def _is_read(callback: Value | None) -> bool:
    """Whether all of a callback is code of the program."""
    return isinstance(callback, Instance) and not callback.model.open


def _at(operation: Operation, word: str) -> Site:
    """Where an optimizer is told something."""
    given = operation.arguments.placed(word)
    assert given is not None
    return Site(origin(operation.site.frame.module.tree, given[0]), operation.site.frame)


# -- what comes before what ------------------------------------------------------------


def _precedes(setting: Setting, site: Site) -> bool:
    """Whether a line runs for certain before a place does, each time."""
    above = parents(setting.tree)
    statement: ast.AST | None = setting.node
    if isinstance(statement, ast.expr):
        statement = above.get(statement)
    if not isinstance(statement, ast.stmt):
        return False
    block = _block(above, statement)
    if block is None:
        return False
    later = block[block.index(statement) + 1 :]
    return any(
        any(one.within(other) for other in later)
        for one in site.outward()
        if one.frame.module.tree is setting.tree
    )


def _block(above: dict[ast.AST, ast.AST], statement: ast.stmt) -> Block | None:
    """The statements that one stands among, unless a condition or a handler leads there."""
    outer = above.get(statement)
    if not isinstance(outer, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.For, ast.With)):
        return None
    return outer.body if statement in outer.body else None
