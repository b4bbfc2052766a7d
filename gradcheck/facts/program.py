"""Runs a module abstractly from all its entry points: the module itself, then every class and function it
did not reach."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import field
from functools import partial
from typing import Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import ClassModel, only_raises
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import ALWAYS, AMBIENT, SUPPOSED, Doubt, Edge, Site
from gradcheck.facts.domain.inside import placed
from gradcheck.facts.domain.kept_by_keras import OUTPUTS, STAGES
from gradcheck.facts.domain.keras_names import DESCRIBING_METHODS, FUNCTIONAL
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import (
    Function,
    Instance,
    Layer,
    Lazy,
    Mapping,
    Opaque,
    Value,
    Variables,
    WeightRef,
)
from gradcheck.facts.effects.row import is_library
from gradcheck.facts.fitting import lost, run_own_step, train
from gradcheck.facts.interpreter.budget import ExhaustedError
from gradcheck.facts.interpreter.here import Here
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.facts.interpreter.transfer.callbacks import run_callbacks
from gradcheck.facts.interpreter.transfer.calls import call
from gradcheck.facts.interpreter.transfer.expressions import EVALUATE
from gradcheck.facts.interpreter.transfer.imports import belongs_to
from gradcheck.facts.interpreter.transfer.layers import run_cell
from gradcheck.facts.interpreter.transfer.objects import call_instance, construct, ensure_built
from gradcheck.facts.interpreter.transfer.statements import EXECUTE
from gradcheck.facts.numerics.zero_slopes import mark_zero_slopes
from gradcheck.facts.ownership.weights import losses_of, weights_of
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind, Phase
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
    ast.Try,
)
"""What is run of a module that the checked file imports: what it defines, not what it does."""

GRAPH_MODE = re.compile(
    r"\btf\.(compat\.v1\.)?(placeholder|reset_default_graph|disable_eager_execution|disable_v2_behavior)\("
    r"|\b(Graph\(\)|\w*graph)\.as_default\(|\bestimator\.EstimatorSpec\("
)
"""What only a program says that builds one graph, as with TensorFlow 1: no value in it is computed once."""

WRAPPERS = frozenset({"keras.layers.RNN", "keras.layers.TimeDistributed"})
"""Layers with the weights of what they wrap, and none of their own."""

MOST_FOR_HEIRS = 8_000
"""Once a class took so many steps, methods that it inherits from other files are left to their own runs."""

MOST_GIVEN_BACK = 40
"""How many values of returned objects are looked at."""
ENTRY_METHODS = ("__init__", "build", "call", "__call__")
STEPS = ("train_step", "test_step", "predict_step", "fit", "evaluate", "predict", "metrics")
"""What Keras calls and reads while it trains, for metrics: nobody trains on what they return."""


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
    memory: dict[str, Any] = field(default_factory=dict)


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
            _attempt(program, model.node, partial(_class_entry, program, model))
    for value in [*top.names.values()]:
        if (
            isinstance(value, Function)
            and value.module is module
            and value.node not in machine.log.functions_run
        ):
            _attempt(program, value.node, partial(_function_entry, machine, value))
    for inner in [*machine.log.nested]:
        # A step that is handed out, or handed to somebody unknown.
        if inner.module is module and inner.node not in machine.log.functions_run and _asks(inner.node):
            _attempt(program, module.tree.body[0], partial(_function_entry, machine, inner))
    for owner, site in [*machine.log.fitted]:
        _attempt(program, site.node, partial(train, machine, owner))
    owners: list[Layer | Instance] = [*machine.log.layers, *machine.log.instances]
    for compiled in owners:
        if compiled.compiled is not None:
            entry = compiled.site.node if compiled.site else first
            _attempt(program, entry, partial(train, machine, compiled))
    _ask_graphs(machine)
    _settle(machine)
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
    machine.budget.renew()
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


def _own_steps(program: Program) -> None:
    """The `train_step` of every model that the module itself fits: with the parts it was really given."""
    machine = program.machine
    for owner, site in [*machine.log.fitted]:
        if isinstance(owner, Instance) and owner.model.method("train_step") is not None:
            _attempt(program, site.node, partial(run_own_step, machine, owner))


# -- entry points -------------------------------------------------------------


def _class_entry(program: Program, model: ClassModel) -> None:
    """An object of the class, built and called as Keras would, then every method nobody called."""
    machine = program.machine
    if model.kind in ("other", "plain", "module") and not _worth_running(model):
        return
    node = placed(model.node)
    instance = Instance(model, machine.site(model.node), label=model.name)
    program.runs[id(model)] = instance
    frame = Frame(model.module, "the module", Phase.TAPE)
    with machine.during(frame=frame, scope=model.scope):
        construct(machine, instance, Arguments(node))
        if _has_call(model) and machine.log.callbacks:
            ensure_built(machine, instance, node)
            run_callbacks(machine, instance, node)
        outputs: list[Value] = []
        if model.callable_layer and _can_be_called(instance):
            outputs.append(lost(machine, instance, _called(machine, instance, node), node))
        if not model.callable_layer:
            outputs += _supposed_call(machine, instance, node)
        before = dict(instance.attributes)
        outputs += _other_methods(program, instance, node)
        if model.callable_layer and _can_be_called(instance) and _changed(instance, before):
            outputs.append(_called(machine, instance, node))
    _ask_class(machine, instance, outputs)


def _changed(instance: Instance, before: dict[str, Value]) -> bool:
    """Whether other methods have put layers or weights in the place of those that the first call met."""
    held = (value for name, value in instance.attributes.items() if value is not before.get(name))
    return any(isinstance(one, (Layer, Instance, WeightRef)) for value in held for one in flatten(value))


def _worth_running(model: ClassModel) -> bool:
    return any(isinstance(member, Function) for member in model.members.values())


def _asks(node: ast.AST) -> bool:
    """Whether a function asks for a gradient."""
    asking = ("gradient", "minimize", "jacobian")
    return any(isinstance(inner, ast.Attribute) and inner.attr in asking for inner in ast.walk(node))


def _has_call(model: ClassModel) -> bool:
    call = model.method("call") if model.callable_layer else None
    return call is not None and not only_raises(call)


def _can_be_called(instance: Instance) -> bool:
    """Whether an object has a `call`: its own, that of a functional graph, or of a library layer."""
    model = instance.model
    own = _has_call(model) or model.method("__call__") is not None
    return own or _is_whole(instance) or model.keeps_more


def _is_whole(instance: Instance) -> bool:
    """Whether an object is a functional graph or a chain of layers: that is its `call`."""
    return OUTPUTS in instance.attributes or bool(getattr(instance.attributes.get(STAGES), "items", ()))


def _called(machine: Machine, instance: Instance, node: ast.expr) -> Value:
    with machine.during(recorded=AMBIENT):
        if "state_size" in instance.attributes or instance.model.find("state_size") is not None:
            return run_cell(machine, instance, [Opaque(label="inputs")], node)
        return call_instance(machine, instance, Arguments(node))


def _supposed_call(machine: Machine, instance: Instance, node: ast.expr) -> list[Value]:
    """What an object of a class that may be anything returns when it is called as a layer or a module is."""
    if instance.model.open and not _builds_something(instance.model):
        ensure_built(machine, instance, node)
    names = [name for name in ("call", "__call__") if instance.model.method(name) is not None]
    with machine.during(recorded=SUPPOSED), machine.maybe():
        made = [machine.invoke(attribute(machine, instance, name, node), [], node) for name in names]
        return [*made, *(value for one in made for value in _called_later(machine, one, node))]


def _has_room(program: Program) -> bool:
    """Whether what a class inherits from other files is run for it, too: it must leave the file enough."""
    spent = program.machine.budget.steps
    return spent < MOST_FOR_HEIRS and program.allowance - spent > _whole_allowance(program.module) // 2


def _whole_allowance(module: Module) -> int:
    return FIRST_STEPS + STEPS_PER_LINE * len(module.lines)


def _other_methods(program: Program, instance: Instance, node: ast.expr) -> list[Value]:
    machine = program.machine
    results: list[Value] = []
    for name in _method_names(instance.model):
        member = instance.model.find(name)
        if (
            isinstance(member, Function)
            and member.node not in machine.log.functions_run
            and (name not in ENTRY_METHODS or (name == "build" and _builds_something(instance.model)))
            and "builtins.classmethod" not in member.decorators
            and (member.module is machine.home or _has_room(program))
        ):
            recorded = AMBIENT if instance.model.callable_layer else SUPPOSED
            described = machine.description(name in DESCRIBING_METHODS)
            with machine.during(recorded=recorded), machine.maybe(), described:
                method = attribute(machine, instance, name, node)
                result = machine.invoke(method, [], node) if isinstance(method, Function) else method
                if name in STEPS:
                    machine.log.results += machine.nodes(result)
                elif name not in DESCRIBING_METHODS:
                    results += [result, *_handed_out(machine, instance, result, node)]
    return results


def _builds_something(model: ClassModel) -> bool:
    """Whether `build` returns what it builds, as those of no layer do: a tuner calls it for a model."""
    build = model.method("build") if not model.callable_layer else None
    inner = ast.walk(build.node) if build is not None else ()
    values = [one.value for one in inner if isinstance(one, ast.Return) and one.value is not None]
    return bool(values) and not all(isinstance(one, ast.Constant) for one in values)


def _handed_out(machine: Machine, instance: Instance, result: Value, node: ast.expr) -> list[Value]:
    """What comes of the layers and functions that a method returns; new layers are those of whoever asked for
    them, and no part of the object that made them."""
    waits = not isinstance(result, Lazy) and any(map(_waits, flatten(result)))
    with machine.during(recorded=machine.recorded | SUPPOSED):
        computed = [*_called_later(machine, result, node)]
    new = waits and not _is_part(machine, instance, result)
    machine.log.results += [one for value in computed if new for one in machine.nodes(value)]
    return [] if new else computed


def _is_part(machine: Machine, instance: Instance, made: Value) -> bool:
    """Whether an object keeps weights of what it returns."""
    kept = {birth.node for birth in weights_of(machine, instance)}
    return any(birth.node in kept for birth in weights_of(machine, made))


def _method_names(model: ClassModel) -> list[str]:
    return list(dict.fromkeys(name for above in model.lineage() for name in above.members))


def _ask_class(machine: Machine, instance: Instance, outputs: list[Value]) -> None:
    """Everything an object returns or adds as a loss counts as reaching the loss."""
    site = machine.site(instance.model.node)
    end = machine.graph.node()
    with machine.during(recorded=AMBIENT | SUPPOSED):  # what is returned lazily runs only now
        for value in (one for output in outputs for one in _given_back(output)):
            machine.draw(value, end, site, recorded=ALWAYS)
    target, sources = (end, *losses_of(machine, instance)), Variables((instance,), site)
    own = instance.model.callable_layer and instance.model.method("__call__") is not None
    if own or _has_call(instance.model) or _is_whole(instance):
        machine.log.queries.append(Query(None, AMBIENT, target, sources, site, "call"))
    else:
        machine.log.supposed.append(Query(None, AMBIENT | SUPPOSED, target, sources, site, "call"))
        machine.log.results.append(end)


def _function_entry(machine: Machine, function: Function) -> None:
    node = placed(function.node) if isinstance(function.node, ast.stmt) else ast.Name("_")
    with machine.during(frame=Frame(function.module, "the module", Phase.TAPE), recorded=SUPPOSED):
        result = machine.invoke(function, [], node)
        if isinstance(result, Lazy):
            machine.draw(result, machine.graph.node(), machine.site(node))
        for value in (*_given_back(result), *_called_later(machine, result, node)):
            machine.log.results += machine.nodes(value)


def _given_back(value: Value) -> list[Value]:
    """What is returned, and what the plain objects in it hold: whoever is given one reads that."""
    found, at = [value], 0
    while at < len(found) <= MOST_GIVEN_BACK:
        held = () if isinstance(found[at], Lazy) else flatten(found[at])
        plain = [one for one in held if isinstance(one, Instance) and not one.model.callable_layer]
        inside = [kept for one in plain for kept in one.attributes.values()]
        found += [one for one in inside if all(one is not other for other in found)]
        at += 1
    return found


def _called_later(machine: Machine, made: Value, node: ast.expr) -> Iterator[Value]:
    """What the layers and functions compute that a function hands out: its caller calls them."""
    for held in () if isinstance(made, Lazy) else [*flatten(made)]:
        with machine.maybe():
            if isinstance(held, Function) and held.node not in machine.log.functions_run:
                result = machine.invoke(held, [], node)
                yield result
                yield from _called_later(machine, result, node)
            elif _waits(held):
                yield machine.invoke(held, [Opaque(label="inputs")], node)


def _waits(value: Value) -> bool:
    """Whether a value is a layer that nobody called yet."""
    if isinstance(value, Layer):
        return not value.called and value.name not in FUNCTIONAL
    return isinstance(value, Instance) and not value.called and _can_be_called(value)


# -- compile and fit ----------------------------------------------------------


def _ask_graphs(machine: Machine) -> None:
    """A functional model that nobody trains here: what it returns counts as reaching the loss."""
    asked = {id(owner) for query in machine.log.queries for owner in getattr(query.sources, "owners", ())}
    for layer in machine.log.layers:
        if (
            layer.name in FUNCTIONAL
            and id(layer) not in asked
            and not layer.called
            and layer.outputs is not None
        ):
            target = tuple(machine.nodes(layer.outputs))
            sources = Variables((layer,), layer.site)
            machine.log.queries.append(Query(None, AMBIENT, target, sources, layer.site, "call"))


# -- what is only known at the end --------------------------------------------


def _settle(machine: Machine) -> None:
    for layer in machine.log.layers:
        if layer.name in WRAPPERS and _wraps_no_weight(machine, layer):
            for birth in layer.births:
                birth.trainable = False
    for variables, node in machine.log.late:
        for owner in variables.owners:
            births = weights_of(machine, owner)
            for birth in births:
                machine.graph.connect(Edge(birth.node, node, None))
            if isinstance(owner, Instance) and not births and owner.model.callable_layer:
                owner.node = machine.graph.node() if owner.node is None else owner.node
                machine.graph.stand_ins.add(owner.node)
                machine.graph.connect(Edge(owner.node, node, None))
            if isinstance(owner, Opaque) and owner.node is not None:
                machine.graph.connect(Edge(owner.node, node, None))
    for owner, node in machine.log.late_losses:
        for loss in losses_of(machine, owner):
            machine.graph.connect(Edge(loss, node, None))
    for owner, arguments, site in machine.log.exchanged:
        _written(machine, owner, arguments.values(), site, "set_weights()")
    seen = {one.site.node for one in machine.log.moved if one.recorded}
    for one in machine.log.moved:
        # What a tape sees says why no gradient comes through; without one the same line is nobody's loss.
        if one.recorded or one.site.node not in seen:
            _written(machine, one.variables, one.values, one.site, one.method)


def _wraps_no_weight(machine: Machine, layer: Layer) -> bool:
    """Whether all that a wrapper has the weights of is known to have none."""
    wrapped = [*flatten(layer.made.get("layer", 0) or layer.made.get("cell", 0))] if layer.made else []
    return bool(wrapped) and not any(_may_have_weights(machine, one) for one in wrapped)


def _may_have_weights(machine: Machine, value: Value) -> bool:
    if isinstance(value, Instance):
        known = value.built and value.model.callable_layer and not value.model.open
        return not known or bool(weights_of(machine, value))
    return not isinstance(value, Layer) or bool(value.parts or value.outputs or value.births)


def _written(machine: Machine, variables: Value, values: Iterable[Value], site: Site, how: str) -> None:
    for birth in weights_of(machine, variables):
        for value in values:
            machine.draw(value, birth.node, site, kind=Kind.ASSIGNED, recorded=ALWAYS, detail=how)
