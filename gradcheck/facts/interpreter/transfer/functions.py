"""What calling a function of the user's does: its body is run, unless it ran often enough to be known."""

from __future__ import annotations

import ast
from collections.abc import Hashable
from dataclasses import replace

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import only_raises
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import METHOD_PHASES
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import (
    USERS,
    Choice,
    Constant,
    Function,
    Instance,
    Lazy,
    Mapping,
    Opaque,
    Sequence,
    Value,
    Variables,
)
from gradcheck.facts.interpreter.budget import MANY_RUNS
from gradcheck.facts.interpreter.machine import DEPTH, Machine
from gradcheck.facts.interpreter.transfer.caches import CACHES, once
from gradcheck.facts.interpreter.transfer.custom_gradient import call_custom
from gradcheck.facts.interpreter.transfer.dispatch import fitting
from gradcheck.facts.interpreter.transfer.run_again import again, found_again, remember
from gradcheck.facts.interpreter.transfer.sequences import element, elements
from gradcheck.facts.interpreter.transfer.traces import note_run
from gradcheck.facts.interpreter.transfer.unread import note_unread
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Phase
from gradcheck.source.parse import may_define

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
        "functools.singledispatch",
        "functools.singledispatchmethod",
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


def call_function(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """Run a function of the user's, unless it is already running or too deep."""
    if _is_beside(machine, function, arguments):
        return Opaque(reason=Reason.IMPORT)
    running, runs = machine.here.running, machine.budget.count_run(function.node)
    if running.count(function.node) > 1 or len(running) >= DEPTH:
        return machine.unknown(arguments.node, arguments.values(), Reason.DEPTH)
    if runs > MANY_RUNS and (like_last := again(machine, function, arguments)) is not None:
        return like_last
    if function.module is not machine.home and machine.budget.scarce:
        return machine.unknown(arguments.node, arguments.values(), Reason.BUDGET)
    if machine.budget.ran_enough(function.node):
        found = found_again(machine, function, arguments)
        return found or machine.unknown(arguments.node, arguments.values(), Reason.DEPTH)
    if function.variants:
        with machine.maybe():
            chosen = [
                one.bind(function.bound) if function.bound else one for one in fitting(function, arguments)
            ]
            return machine.join([call_function(machine, one, arguments) for one in chosen], arguments.node)
    if _is_left_open(function):
        return _left_open(machine, function, arguments)
    if function.wrappers and len(function.wrappers) == function.decorators.count(USERS):
        return _wrapped(machine, function, arguments)
    if "tf.custom_gradient" in function.decorators or "keras.ops.custom_gradient" in function.decorators:
        return call_custom(machine, function, arguments, run_function)
    result = _run_cached(machine, function, arguments)
    if all(name in TRANSPARENT for name in function.decorators):
        remember(machine, function, arguments, result)
        return result
    return machine.unknown(arguments.node, [result, *arguments.values()])


def _is_left_open(function: Function) -> bool:
    """Whether a layer's or model's method only raises: the classes below write it."""
    bound = function.bound
    return isinstance(bound, Instance) and bound.model.callable_layer and only_raises(function)


def _left_open(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """What the classes below may compute, from the arguments and from weights of theirs."""
    assert function.bound is not None
    owner = Variables((function.bound,), machine.site(arguments.node))
    result = machine.compute(arguments.node, [owner, *arguments.values()])
    machine.graph.unknown.add(result.node)
    machine.doubt(result.node, arguments.node, Reason.BASE)
    return replace(result, unknown=True)


_SHORT = 3
"""Statements of a function that is run for what it returns."""


def _is_beside(machine: Machine, function: Function, arguments: Arguments) -> bool:
    """Whether a function of plain Python is given nothing that a gradient could come to, and is too long to
    ask for the number or the list that it returns."""
    if machine.frame.module is function.module or may_define(function.module.text):
        return False
    if isinstance(function.node, ast.Lambda) or len(function.node.body) <= _SHORT:
        return False
    given = (held for value in arguments.values() for held in flatten(value))
    return function.bound is None and all(
        isinstance(one, Constant) or (isinstance(one, Opaque) and one.node is None) for one in given
    )


def _wrapped(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """What the user's own decorators make of a function is called in its stead."""
    named = tuple(name for name in function.decorators if name != USERS)
    made: Value = replace(function, bound=None, decorators=named, wrappers=())
    for wrapper in reversed(function.wrappers):
        made = machine.invoke(wrapper, [made], arguments.node)
    known = made.options if isinstance(made, Choice) else (made,)
    if not all(isinstance(one, Function) for one in known):
        # Whatever calls it in the end: what it does itself is known.
        result = _run_cached(machine, function, arguments)
        return machine.unknown(arguments.node, [result, *arguments.values()])
    if function.bound is not None:
        bound = ((arguments.node, function.bound), *arguments.positional)
        arguments = replace(arguments, positional=bound)
    if not isinstance(made, Function):
        # Which one depends on what it wraps.
        return machine.call(made, arguments)
    # It counts as a run of what it wraps, not of the one wrapper that many share.
    target, given = with_self(made, arguments)
    if target.node is function.node:
        return call_function(machine, target, given)
    return _run_cached(machine, target, given)


def _run_cached(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """Run a function; one that keeps its only result ran once, before the steps that count."""
    if function.yields and "contextlib.contextmanager" in function.decorators:
        # What `with` binds is what it yields, its only item.
        return element(machine, run_function(machine, function, arguments), arguments.node)
    if function.yields:
        return _generated(machine, function, arguments)
    if not CACHES & set(function.decorators):
        return run_function(machine, function, arguments)
    if arguments.values():
        return _looked_up(machine, function, arguments)
    key = function.node, function.bound
    if key not in machine.log.cached:
        with machine.once(once(machine.frame, f"{getattr(function.node, 'name', '')}(), a cached function")):
            machine.log.cached[key] = run_function(machine, function, arguments)
    return machine.log.cached[key]


def _looked_up(machine: Machine, function: Function, arguments: Arguments) -> Value:
    """What a cached function returns for some arguments: for the same constants the same object."""
    given = arguments.values()
    known = [value.value for value in given if type(value) is Constant and value.known]
    words = tuple(word for word, _, _ in arguments.keywords)
    if arguments.starred or len(known) != len(given) or not all(isinstance(one, Hashable) for one in known):
        return run_function(machine, function, arguments)
    key = function.node, function.bound, words, *known
    if key not in machine.log.cached:
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
    bind_parameters(machine, function, arguments, scope)
    note_unread(machine, function, scope, frame)
    note_run(machine, function, frame, arguments)
    machine.log.functions_run.add(node)
    with machine.apart(machine.here.within(frame, scope, node)), machine.budget.running(node):
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


def bind_parameters(machine: Machine, function: Function, arguments: Arguments, scope: Scope) -> None:
    """Give a function's parameters their values, in a scope."""
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
    for parameter in parameters(function.node.args):
        default = function.defaults.get(parameter.arg)
        scope.names[parameter.arg] = Opaque(label=parameter.arg) if default is None else default


def with_self(target: Function, arguments: Arguments) -> tuple[Function, Arguments]:
    """`Base.call(self, x)` is what `self.call(x)` of that class is."""
    first = arguments.positional[0][1] if arguments.positional else None
    if target.bound is not None or target.owner is None or not isinstance(first, Instance):
        return target, arguments
    if "builtins.staticmethod" in target.decorators or target.owner not in first.model.lineage():
        return target, arguments
    return target.bind(first), replace(arguments, positional=arguments.positional[1:])
