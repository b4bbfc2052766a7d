"""What calling a value does: the user's functions and classes, layers, and everything of which less is
known."""

from __future__ import annotations

import ast
from dataclasses import replace

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import ClassModel
from gradcheck.facts.domain.contents import is_symbolic
from gradcheck.facts.domain.frames import METHOD_PHASES
from gradcheck.facts.domain.graph import ALWAYS, Edge
from gradcheck.facts.domain.kept_by_keras import keep_graph
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import (
    USERS,
    Choice,
    ClassRef,
    Constant,
    Data,
    External,
    Function,
    Held,
    Instance,
    Layer,
    Lazy,
    Mapping,
    Method,
    Opaque,
    Partial,
    Sequence,
    Super,
    Tensor,
    Value,
    is_plausible_layer,
)
from gradcheck.facts.effects.row import Effect, Flow, effect
from gradcheck.facts.interpreter.budget import MANY_RUNS, MOST_RUNS
from gradcheck.facts.interpreter.machine import DEPTH, Machine
from gradcheck.facts.interpreter.operations import note_call
from gradcheck.facts.interpreter.transfer.attributes import attribute, stands_for_model
from gradcheck.facts.interpreter.transfer.caches import CACHES, once
from gradcheck.facts.interpreter.transfer.custom_gradient import call_custom
from gradcheck.facts.interpreter.transfer.inherited import call_inherited
from gradcheck.facts.interpreter.transfer.layers import builds_graph, call_layer
from gradcheck.facts.interpreter.transfer.library_calls import call_library, named_library
from gradcheck.facts.interpreter.transfer.library_effects import apply_effect
from gradcheck.facts.interpreter.transfer.methods import call_method
from gradcheck.facts.interpreter.transfer.run_again import again, found_again, remember
from gradcheck.facts.interpreter.transfer.sequences import elements
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Phase

TRANSPARENT = frozenset(
    {
        "tf.function",
        "tf.autograph.experimental.do_not_convert",
        "tf.Module.with_name_scope",
        "builtins.property",
        "builtins.staticmethod",
        "builtins.classmethod",
        "functools.cached_property",
        "functools.lru_cache",
        "functools.cache",
        "functools.wraps",
        "abc.abstractmethod",
        "typing.override",
        "contextlib.contextmanager",
        "tf.keras.utils.register_keras_serializable",
        "keras.utils.register_keras_serializable",
        "keras.saving.register_keras_serializable",
        "property.setter",
        "property.getter",
        "property.deleter",
        "gin.configurable",
        "gin.register",
        "beartype.beartype",
        "typeguard.typechecked",
        "typing.no_type_check",
    }
)
"""Decorators that leave what a function computes as it is."""


def call(machine: Machine, target: Value, arguments: Arguments) -> Value:
    """The value of a call."""
    result = _call(machine, target, arguments)
    note_call(machine, target, arguments, result)
    return result


def _call(machine: Machine, target: Value, arguments: Arguments) -> Value:
    match target:
        case External() if (own := _by_its_class(target, arguments)) is not None:
            return _call(machine, *own)
        case External():
            return call_library(machine, target, arguments)
        case Method(receiver=Super(bound=instance), name="__call__") if instance.model.callable_layer:
            return call_as_keras(machine, instance, arguments)
        case Method():
            return call_method(machine, target, arguments)
        case Function():
            return call_function(machine, *_with_self(target, arguments))
        case Layer():
            return call_layer(machine, target, arguments)
        case ClassRef():
            return _construct(machine, target.model, arguments)
        case Instance():
            return call_instance(machine, target, arguments)
        case Held():
            return _call_held(machine, target, arguments)
        case Data():
            return target
        case Opaque():
            return _call_opaque(machine, target, arguments)
        case Partial():
            return call(machine, target.function, _completed(target, arguments))
        case Choice():
            # What cannot be called is not what is called here: `self.norm = Norm() if wanted else None`.
            options = [one for one in target.options if not isinstance(one, Constant)] or target.options
            with machine.maybe():
                return machine.join([call(machine, option, arguments) for option in options], arguments.node)
    return machine.unknown(arguments.node, [target, *arguments.values()])


def _by_its_class(target: External, arguments: Arguments) -> tuple[Method, Arguments] | None:
    """`tf.keras.layers.Layer.build(self, shape)` is what `super().build(shape)` is."""
    owner, _, name = target.name.rpartition(".")
    first = arguments.positional[0][1] if arguments.positional else None
    if not isinstance(first, Instance) or not owner.rpartition(".")[2][:1].isupper():
        return None
    if not first.model.callable_layer or not owner.startswith("keras."):
        return None
    if first.site is None:
        return None
    rest = Arguments(arguments.node, arguments.positional[1:], arguments.keywords, arguments.starred)
    return Method(Super(first, None), name, first.site), rest


def _with_self(target: Function, arguments: Arguments) -> tuple[Function, Arguments]:
    """`Base.call(self, x)` is what `self.call(x)` of that class is."""
    first = arguments.positional[0][1] if arguments.positional else None
    if target.bound is not None or target.owner is None or not isinstance(first, Instance):
        return target, arguments
    if "builtins.staticmethod" in target.decorators or target.owner not in first.model.lineage():
        return target, arguments
    return target.bind(first), replace(arguments, positional=arguments.positional[1:])


def _completed(partial: Partial, arguments: Arguments) -> Arguments:
    node = arguments.node
    first = tuple((node, value) for value in partial.positional)
    given = {word for word, _, _ in arguments.keywords}
    kept = tuple((word, node, value) for word, value in partial.keywords if word not in given)
    return Arguments(node, (*first, *arguments.positional), (*kept, *arguments.keywords), arguments.starred)


# -- the user's functions -----------------------------------------------------


def call_function(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """Run a function of the user's, unless it is already running or too deep."""
    running, runs = machine.here.running, machine.budget.count_run(function.node)
    if running.count(function.node) > 1 or len(running) >= DEPTH:
        return machine.unknown(arguments.node, arguments.values(), Reason.DEPTH)
    if runs > MANY_RUNS and (like_last := again(machine, function, arguments)) is not None:
        return like_last
    if runs > MOST_RUNS:
        found = found_again(machine, function, arguments)
        return found or machine.unknown(arguments.node, arguments.values(), Reason.DEPTH)
    if function.wrappers and len(function.wrappers) == function.decorators.count(USERS):
        return _wrapped(machine, function, arguments)
    if "tf.custom_gradient" in function.decorators or "keras.ops.custom_gradient" in function.decorators:
        return call_custom(machine, function, arguments)
    result = _run_cached(machine, function, arguments)
    if all(name in TRANSPARENT for name in function.decorators):
        remember(machine, function, arguments, result)
        return result
    return machine.unknown(arguments.node, [result, *arguments.values()])


def _wrapped(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """What the user's own decorators make of a function is called in its stead."""
    named = tuple(name for name in function.decorators if name != USERS)
    made: Value = replace(function, bound=None, decorators=named, wrappers=())
    for wrapper in reversed(function.wrappers):
        made = machine.invoke(wrapper, [made], arguments.node)
    if not isinstance(made, Function):
        return machine.unknown(arguments.node, [made, *arguments.values()])
    if function.bound is not None:
        bound = ((arguments.node, function.bound), *arguments.positional)
        arguments = replace(arguments, positional=bound)
    # It counts as a run of what it wraps, not of the one wrapper that many share.
    target, given = _with_self(made, arguments)
    if target.node is function.node:
        return call_function(machine, target, given)
    return _run_cached(machine, target, given)


def _run_cached(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """Run a function; one that keeps its only result ran once, before the steps that count."""
    if function.yields and "contextlib.contextmanager" not in function.decorators:
        return _generated(machine, function, arguments)
    if not CACHES & set(function.decorators) or arguments.values():
        return run_function(machine, function, arguments)
    key = function.node, function.bound
    if key not in machine.log.cached:
        with machine.once(once(machine.frame, f"{getattr(function.node, 'name', '')}(), a cached function")):
            machine.log.cached[key] = run_function(machine, function, arguments)
    return machine.log.cached[key]


def _generated(machine: Machine, function: Function, arguments: Arguments) -> Lazy:
    """A generator runs when its items are taken, not where it is called."""
    frame = machine.frame

    def produce() -> tuple[list[Value], bool]:
        with machine.during(frame=frame):
            made = run_function(machine, function, arguments)
        parts = made.options if isinstance(made, Choice) else (made,)
        taken = [part for part in parts if not isinstance(part, Constant)]
        return [item for part in taken for item in elements(machine, part, arguments.node)[0]], True

    return Lazy(produce)


def run_function(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """The value that a function's body returns for these arguments."""
    node = function.node
    scope = Scope(function.scope)
    name = "lambda" if isinstance(node, ast.Lambda) else node.name
    frame = machine.entered(f"{name}()", _phase(machine, function, name), function, arguments.node)
    _bind(machine, function, arguments, scope)
    machine.log.functions_run.add(node)
    with machine.apart(machine.here.within(frame, scope, node)):
        if isinstance(node, ast.Lambda):
            return machine.eval(node.body)
        machine.run(node.body)
        return machine.join(machine.here.returns, arguments.node)


def _phase(machine: Machine, function: Function, name: str) -> Phase:
    bound = function.bound
    if (
        isinstance(bound, Instance)
        and name in METHOD_PHASES
        and (bound.model.callable_layer or name == "__init__")
    ):
        return METHOD_PHASES[name]
    if name == "call" and isinstance(bound, Instance):
        return Phase.CALL
    return Phase.TAPE if machine.frame.phase is Phase.IMPORT else machine.frame.phase


def _bind(machine: Machine, function: Function, arguments: Arguments, scope: Scope) -> None:
    parameters = function.node.args
    names = [*parameters.posonlyargs, *parameters.args]
    given = [value for _, value in arguments.positional]
    if function.bound is not None:
        given.insert(0, function.bound)
    _bind_defaults(function, scope)
    for parameter, value in zip(names, given, strict=False):
        scope.names[parameter.arg] = value
    extra = given[len(names) :]
    if parameters.vararg:
        scope.names[parameters.vararg.arg] = Sequence(
            [*extra, *arguments.starred], many=bool(arguments.starred), kind="tuple"
        )
    elif arguments.starred:
        rest = machine.join(arguments.starred, arguments.node)
        for parameter in names[len(given) :]:
            scope.names[parameter.arg] = rest
    known = {parameter.arg for parameter in (*names, *parameters.kwonlyargs)}
    spare = Mapping()
    for word, _, value in arguments.keywords:
        (scope.names if word in known else spare.entries)[word] = value
    if parameters.kwarg:
        scope.names[parameters.kwarg.arg] = spare


def _bind_defaults(function: Function, scope: Scope) -> None:
    parameters = function.node.args
    for parameter in (*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs):
        default = function.defaults.get(parameter.arg)
        scope.names[parameter.arg] = Opaque(label=parameter.arg) if default is None else default


# -- the user's classes -------------------------------------------------------


def _construct(machine: Machine, model: ClassModel, arguments: Arguments) -> Value:
    if "types.ModuleType" in model.libraries and (library := named_library(arguments)):
        return library
    instance = Instance(model, machine.site(arguments.node))
    machine.log.instances.append(instance)
    construct(machine, instance, arguments)
    return instance


def construct(machine: Machine, instance: Instance, arguments: Arguments) -> None:
    """Run an object's `__init__`, or do what a dataclass's would."""
    initializer = (
        attribute(machine, instance, "__init__", arguments.node)
        if instance.model.method("__init__")
        else None
    )
    if isinstance(initializer, Function):
        recorded = 0 if instance.model.callable_layer else machine.recorded
        with machine.during(recorded=recorded):
            call_function(machine, initializer, arguments)
        return
    fields = [
        item.target.id
        for item in instance.model.node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    ]
    for name, (_, value) in zip(fields, arguments.positional, strict=False):
        instance.attributes[name] = value
    for word, _, value in arguments.keywords:
        if instance.model.callable_layer and word in ("inputs", "outputs", "name", "trainable", "dtype"):
            continue
        instance.attributes[word] = value
    if instance.model.method("__post_init__") is not None:
        machine.invoke(attribute(machine, instance, "__post_init__", arguments.node), [], arguments.node)
    keep_graph(instance, arguments)


def call_instance(machine: Machine, instance: Instance, arguments: Arguments) -> Value:
    """Call an object of the user's: `__call__`, or a layer's `build` (once) and `call`."""
    custom = instance.model.method("__call__")
    if custom is not None:
        if not instance.model.callable_layer:
            instance.called.append(machine.site(arguments.node))
        bound = attribute(machine, instance, "__call__", arguments.node)
        return call(machine, bound, arguments)
    if not instance.model.callable_layer:
        return _call_other(machine, instance, arguments)
    return call_as_keras(machine, instance, arguments)


def call_as_keras(machine: Machine, instance: Instance, arguments: Arguments) -> Value:
    """What Keras' own `__call__` does: `build`, once, and `call`."""
    instance.called.append(machine.site(arguments.node))
    ensure_built(machine, instance, arguments.node)
    symbolic = builds_graph(machine, arguments.values())
    if symbolic and not any(is_symbolic(value) for value in arguments.values()):
        arguments = _supposed_placeholders(machine, arguments)
    with machine.calling(instance, arguments.node, symbolic=symbolic) as running:
        if instance.model.method("call") is None:
            running.result = call_inherited(machine, instance, arguments, symbolic=symbolic)
        else:
            running.result = call(machine, attribute(machine, instance, "call", arguments.node), arguments)
    return running.result


def _supposed_placeholders(machine: Machine, arguments: Arguments) -> Arguments:
    """Arguments of a layer that a constructor calls on something unknown: there is nothing yet but
    placeholders."""

    def placeholder(value: Value) -> Value:
        if not isinstance(value, (Opaque, Tensor)):
            return value
        node = machine.graph.node()
        machine.draw(value, node, machine.site(arguments.node), recorded=ALWAYS)
        return Tensor(node, symbolic=True, unknown=True)

    return replace(
        arguments, positional=tuple((node, placeholder(value)) for node, value in arguments.positional)
    )


def _call_other(machine: Machine, instance: Instance, arguments: Arguments) -> Value:
    if instance.model.method("call") is not None:
        return call(machine, attribute(machine, instance, "call", arguments.node), arguments)
    reason = Reason.BASE if instance.model.open or instance.model.keeps_more else Reason.CALL
    return machine.unknown(arguments.node, [instance, *arguments.values()], reason)


def ensure_built(machine: Machine, instance: Instance, node: ast.expr) -> None:
    """Run `build` before the first call, as Keras does: outside every tape."""
    if instance.built:
        return
    instance.built = True
    if instance.model.method("build") is not None:
        with machine.once():
            machine.invoke(attribute(machine, instance, "build", node), [Opaque(label="input_shape")], node)


# -- library objects and the unknown ------------------------------------------


def _call_held(machine: Machine, held: Held, arguments: Arguments) -> Value:
    row = effect(held.name) or Effect(Flow.CARRY)
    return apply_effect(machine, row, held.name, arguments, extra=[held])


def _call_opaque(machine: Machine, target: Opaque, arguments: Arguments) -> Value:
    """Something unknown is called: everything flows, also from the weights it may hold."""
    if target.default is not None and not isinstance(target.default, Constant):
        return call(machine, target.default, arguments)
    reason = None if is_plausible_layer(target) else target.reason or Reason.CALL
    result = machine.unknown(arguments.node, arguments.values(), reason)
    # Without anything to compute with, it makes something.
    made = not any(
        True for value in arguments.values() for _ in machine.nodes(value, machine.site(arguments.node))
    )
    own = stands_for_model(machine, target, arguments.node)
    machine.graph.connect(
        Edge(
            own,
            result.node,
            machine.site(arguments.node),
            recorded=ALWAYS if result.symbolic or made else machine.recorded,
        )
    )
    for kept in target.attributes.values():
        # What was set on it is what it computes with.
        machine.draw(kept, result.node, machine.site(arguments.node))
    for value in arguments.values():
        if isinstance(value, Function):
            machine.draw(
                machine.invoke(value, [Opaque()], arguments.node),
                result.node,
                machine.site(arguments.node),
                recorded=ALWAYS,
            )
    return result
