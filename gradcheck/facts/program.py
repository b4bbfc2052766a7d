"""Runs a module abstractly from all its entry points: the module itself, then every class and function it
did not reach."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import field
from functools import partial
from typing import Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.syntax import TRIES
from gradcheck.facts.domain.classes import ClassModel
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Doubt
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import (
    Birth,
    Function,
    Instance,
    Layer,
    Mapping,
    Opaque,
    Value,
)
from gradcheck.facts.effects.row import is_library
from gradcheck.facts.entries import asks, run_function, run_object, worth_running
from gradcheck.facts.fitting import run_own_step, train
from gradcheck.facts.interpreter.budget import ExhaustedError
from gradcheck.facts.interpreter.here import Here
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.calls import call
from gradcheck.facts.interpreter.transfer.expressions import EVALUATE
from gradcheck.facts.interpreter.transfer.imports import belongs_to
from gradcheck.facts.interpreter.transfer.statements import EXECUTE
from gradcheck.facts.numerics.zero_slopes import mark_zero_slopes
from gradcheck.facts.ownership.written import written
from gradcheck.facts.settled import ask_graphs, settle
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Phase
from gradcheck.source.names import canonical
from gradcheck.source.parse import Module

Resolve = Callable[[str, int, Module], "Module | None"]

FIRST_STEPS, STEPS_PER_LINE = 40_000, 20
"""All entry points together may take this many steps, so that cost grows with the size of the file and no
faster."""

MOST_IMPORTS, IMPORT_DEPTH, IMPORT_STEPS = 150, 12, 60_000
"""How many modules are followed, how deep, and how many steps all of them may take."""

DEFINITIONS = (
    ast.FunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
    ast.If,
    *TRIES,
)
"""What is run of a module that the checked file imports: what it defines, not what it does."""

GRAPH_MODE = re.compile(
    r"\btf\.(compat\.v1\.)?(placeholder|reset_default_graph|disable_eager_execution|disable_v2_behavior)\("
    r"|\b(Graph\(\)|\w*graph)\.as_default\(|\bestimator\.EstimatorSpec\("
)
"""What only a program says that builds one graph, as with TensorFlow 1: no value in it is computed once."""

MOST_FOR_HEIRS = 8_000
"""Once a class took so many steps, methods that it inherits from other files are left to their own runs."""


@dataclass(eq=False, repr=False)
class Program:
    """A module after abstract interpretation. `complete` is False when it was too large to follow."""

    machine: Machine
    module: Module
    allowance: int
    complete: bool = True
    spent: list[Doubt] = field(default_factory=list)
    importing: int = 0
    imported: dict[str, Mapping] = field(default_factory=dict)
    runs: dict[int, Instance] = field(default_factory=dict)
    otherwise: list[Instance] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)

    def objects(self) -> list[Instance]:
        """One object of every class, made of its defaults and otherwise, and all that the program makes."""
        return [*self.runs.values(), *self.otherwise, *self.machine.log.instances]


def interpret(module: Module, resolve: Resolve) -> Program:
    """Follow everything a module may do."""
    machine = Machine(module, EVALUATE, EXECUTE, call)
    program = Program(machine, module, allowance=_whole_allowance(module))
    machine.in_graph_mode = GRAPH_MODE.search(module.text) is not None
    machine.resolve = lambda dotted, level, origin: _imported(program, resolve, dotted, level, origin)
    first = module.tree.body[0] if module.tree.body else ast.Pass(lineno=1, col_offset=0)
    _attempt(program, first, partial(machine.run, module.tree.body))
    top = machine.scope
    _own_steps(program)
    for model in [*machine.log.classes]:
        if model.module is module:
            _attempt(program, model.node, partial(_run_class, program, model))
    program.allowance = max(program.allowance, _whole_allowance(module) // 4)
    for model in _passed_by(program):
        if program.allowance > 0:
            _attempt(program, model.node, partial(_run_otherwise, program, model))
    for value in [*top.names.values()]:
        if (
            isinstance(value, Function)
            and value.module is module
            and value.node not in machine.log.functions_run
        ):
            _attempt(program, value.node, partial(run_function, machine, value))
    for inner in [*machine.log.nested]:
        # A step that is handed out, or handed to somebody unknown.
        if inner.module is module and inner.node not in machine.log.functions_run and asks(inner.node):
            _attempt(program, module.tree.body[0], partial(run_function, machine, inner))
    for owner, site in [*machine.log.fitted]:
        _attempt(program, site.node, partial(train, machine, owner))
    owners: list[Layer | Instance] = [*machine.log.layers, *machine.log.instances]
    for compiled in owners:
        if compiled.compiled is not None:
            entry = compiled.site.node if compiled.site else first
            _attempt(program, entry, partial(train, machine, compiled))
    ask_graphs(machine)
    settle(machine)
    mark_zero_slopes(machine)
    return program


def _give_up(program: Program, entry: ast.stmt | ast.expr) -> None:
    """An entry point, the definition it runs, is not followed to its end."""
    program.complete = False
    program.spent.append(Doubt(Reason.BUDGET, program.machine.site(entry)))


def _attempt(program: Program, entry: ast.stmt | ast.expr, run: Callable[[], object]) -> None:
    """Run one entry point with a budget of its own; afterwards the machine stands where it stood."""
    machine = program.machine
    if program.allowance <= 0:
        _give_up(program, entry)
        return
    machine.budget.renew(program.allowance)
    try:
        with machine.apart(machine.here):
            run()
    except (ExhaustedError, RecursionError):
        _give_up(program, entry)
    finally:
        program.allowance -= machine.budget.steps


def _imported(program: Program, resolve: Resolve, dotted: str, level: int, origin: Module) -> Value | None:
    """A module of the project, run once, as a namespace."""
    if not level and is_library(canonical(dotted)) and not belongs_to(dotted, origin):
        return None
    if program.importing >= IMPORT_DEPTH:
        return Opaque(reason=Reason.DEPTH)
    found = resolve(dotted, level, origin)
    if found is None or found is program.module:
        return None
    if found.path not in program.imported:
        if len(program.imported) >= MOST_IMPORTS or program.machine.budget.imported > IMPORT_STEPS:
            return Opaque(reason=Reason.BUDGET)
        namespace = Mapping(kind="namespace", module=found)
        program.imported[found.path] = namespace
        program.machine.log.modules.append(found)
        _define(program, found, namespace)
    return program.imported[found.path]


def _define(program: Program, found: Module, namespace: Mapping) -> None:
    """Fill a namespace with the names that a module defines; in whatever midst it is asked for."""
    machine = program.machine
    frame, scope = Frame(found, "the module", Phase.IMPORT), Scope()
    scope.names = namespace.entries
    program.importing += 1
    try:
        with suppress(ExhaustedError), machine.budget.importing(), machine.apart(Here(frame, scope)):
            machine.run(statement for statement in found.tree.body if isinstance(statement, DEFINITIONS))
            namespace.entries.update(scope.names)
    finally:
        program.importing -= 1


def _run_class(program: Program, model: ClassModel) -> None:
    if worth_running(model):
        instance = Instance(model, program.machine.site(model.node), label=model.name)
        program.runs[id(model)] = instance
        run_object(program.machine, instance, partial(_has_room, program))


def _run_otherwise(program: Program, model: ClassModel) -> None:
    """An object of a class that is asked for something else than its defaults."""
    instance = Instance(model, program.machine.site(model.node), label=model.name)
    program.otherwise.append(instance)
    run_object(program.machine, instance, partial(_has_room, program), otherwise=True)


def _passed_by(program: Program) -> list[ClassModel]:
    """The classes of the module with weights that an object made of their defaults does not have."""
    machine = program.machine
    makers: list[Birth | Layer] = [*machine.log.births, *machine.log.layers]
    seen = {id(one.site.node) for one in makers if one.site is not None}
    missed = {id(one.node) for one in written(program.module.tree, machine.scope)} - seen
    own = (model for model in machine.log.classes if model.module is program.module and missed)
    return [model for model in own if any(id(node) in missed for node in ast.walk(model.node))]


def _has_room(program: Program) -> bool:
    """Whether what a class inherits from other files is run for it, too: it must leave the file enough."""
    spent = program.machine.budget.steps
    return spent < MOST_FOR_HEIRS and program.allowance - spent > _whole_allowance(program.module) // 2


def _whole_allowance(module: Module) -> int:
    return FIRST_STEPS + STEPS_PER_LINE * len(module.lines)


def _own_steps(program: Program) -> None:
    """The `train_step` of every model that the module itself fits: with the parts it was really given."""
    machine = program.machine
    for owner, site in [*machine.log.fitted]:
        if isinstance(owner, Instance) and owner.model.method("train_step") is not None:
            _attempt(program, site.node, partial(run_own_step, machine, owner))
