"""Runs what nobody called in a module as its users would: an object of every class, and every function."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import ClassModel, only_raises
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import ALWAYS, AMBIENT, SUPPOSED
from gradcheck.facts.domain.inside import placed
from gradcheck.facts.domain.kept_by_keras import OUTPUTS, STAGES
from gradcheck.facts.domain.keras_names import DESCRIBING_METHODS, FUNCTIONAL
from gradcheck.facts.domain.values import (
    Constant,
    Function,
    Instance,
    Layer,
    Lazy,
    Opaque,
    Value,
    Variables,
    WeightRef,
)
from gradcheck.facts.fitting import lost
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.facts.interpreter.transfer.callbacks import run_callbacks
from gradcheck.facts.interpreter.transfer.layers import run_cell
from gradcheck.facts.interpreter.transfer.objects import call_instance, construct, ensure_built
from gradcheck.facts.ownership.weights import losses_of, weights_of
from gradcheck.report.kinds import Phase

MOST_GIVEN_BACK = 40
"""How many values of returned objects are looked at."""
ENTRY_METHODS = ("__init__", "build", "call", "__call__")
STEPS = ("train_step", "test_step", "predict_step", "fit", "evaluate", "predict", "metrics")
"""What Keras calls and reads while it trains, for metrics: nobody trains on what they return."""


def worth_running(model: ClassModel) -> bool:
    """Whether an object of a class may do anything that is followed."""
    own = any(isinstance(member, Function) for member in model.members.values())
    return own or model.kind not in ("other", "plain", "module")


def run_object(
    machine: Machine, instance: Instance, has_room: Callable[[], bool], *, otherwise: bool = False
) -> None:
    """An object is built and called as Keras would, then every method nobody called; those that it inherits
    from other files only while there is room. `otherwise`, its parameters may have any value where they would
    have their defaults."""
    model, node = instance.model, placed(instance.model.node)
    frame = Frame(model.module, "the module", Phase.TAPE)
    with machine.during(frame=frame, scope=model.scope):
        construct(machine, instance, Arguments(node, keywords=_otherwise(model, node) if otherwise else ()))
        if _has_call(model) and machine.log.callbacks:
            ensure_built(machine, instance, node)
            run_callbacks(machine, instance, node)
        outputs: list[Value] = []
        if model.callable_layer and _can_be_called(instance):
            outputs.append(lost(machine, instance, _called(machine, instance, node), node))
        if not model.callable_layer:
            outputs += _supposed_call(machine, instance, node)
        before = dict(instance.attributes)
        outputs += _other_methods(machine, instance, node, has_room)
        if model.callable_layer and _can_be_called(instance) and _changed(instance, before):
            outputs.append(_called(machine, instance, node))
    _ask_class(machine, instance, outputs)


def _otherwise(model: ClassModel, node: ast.expr) -> tuple[tuple[str, ast.expr, Value], ...]:
    """Unknown arguments for the parameters by whose values a class decides what it does."""
    initializer = model.method("__init__")
    defaults = initializer.defaults if initializer is not None else {}
    words = {word for above in model.lineage() for word in _tested(above.node)}
    words |= {word for above in model.lineage() for word in _kept_as(above.node, words)}
    chosen = [name for name, value in defaults.items() if isinstance(value, Constant) and name in words]
    return tuple((name, node, Opaque(label=name)) for name in chosen)


def _tested(node: ast.ClassDef) -> Iterator[str]:
    """The names that the conditions in a class ask about, as a parameter would be called."""
    for inner in ast.walk(node):
        for part in ast.walk(inner.test) if isinstance(inner, (ast.If, ast.IfExp)) else ():
            if isinstance(part, ast.Name):
                yield part.id
            elif isinstance(part, ast.Attribute):
                yield part.attr.lstrip("_")


def _kept_as(node: ast.ClassDef, tested: set[str]) -> Iterator[str]:
    """The names of which a class makes the attributes that it asks about."""
    for inner in ast.walk(node):
        targets = inner.targets if isinstance(inner, ast.Assign) else ()
        if any(isinstance(one, ast.Attribute) and one.attr.lstrip("_") in tested for one in targets):
            assert isinstance(inner, ast.Assign)
            yield from (part.id for part in ast.walk(inner.value) if isinstance(part, ast.Name))


def _changed(instance: Instance, before: dict[str, Value]) -> bool:
    """Whether other methods have put layers or weights in the place of those that the first call met."""
    held = (value for name, value in instance.attributes.items() if value is not before.get(name))
    return any(isinstance(one, (Layer, Instance, WeightRef)) for value in held for one in flatten(value))


def asks(node: ast.AST) -> bool:
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


def _other_methods(
    machine: Machine, instance: Instance, node: ast.expr, has_room: Callable[[], bool]
) -> list[Value]:
    results: list[Value] = []
    for name in _method_names(instance.model):
        member = instance.model.find(name)
        if (
            isinstance(member, Function)
            and member.node not in machine.log.functions_run
            and (name not in ENTRY_METHODS or (name == "build" and _builds_something(instance.model)))
            and "builtins.classmethod" not in member.decorators
            and (member.module is machine.home or has_room())
        ):
            recorded = AMBIENT if instance.model.callable_layer else SUPPOSED
            with machine.during(recorded=recorded), machine.maybe(), machine.description(_shows(name)):
                method = attribute(machine, instance, name, node)
                result = machine.invoke(method, [], node) if isinstance(method, Function) else method
                if name in STEPS:
                    machine.log.results += machine.nodes(result)
                elif not _shows(name):
                    results += [result, *_handed_out(machine, instance, result, node)]
    return results


_SHOWING = ("evaluate", "plot")


def _shows(name: str) -> bool:
    """Whether a method, by its name, only says something about the object, or how well it does."""
    return name in DESCRIBING_METHODS or name.startswith(_SHOWING)


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


def run_function(machine: Machine, function: Function) -> None:
    """A function nobody called is called with arguments that are not known, and what it hands out, too."""
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
