"""What each kind of statement does to the names and objects in scope."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

from gradcheck.base.syntax import TRIES, AnyTry
from gradcheck.facts.domain.classes import OTHER, PLAIN, ClassModel, kind_of_library
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import (
    USERS,
    Choice,
    ClassRef,
    Constant,
    External,
    Function,
    Method,
    Sequence,
    Tape,
    Tensor,
    Value,
)
from gradcheck.facts.interpreter.events import Did, is_flag
from gradcheck.facts.interpreter.log import Discarded
from gradcheck.facts.interpreter.machine import Execute, Machine
from gradcheck.facts.interpreter.transfer.assignment import assign
from gradcheck.facts.interpreter.transfer.caches import filled, first_run, kept_place
from gradcheck.facts.interpreter.transfer.decided import decided_arm
from gradcheck.facts.interpreter.transfer.dispatch import registered
from gradcheck.facts.interpreter.transfer.exported import by_public_name
from gradcheck.facts.interpreter.transfer.expressions import evaluated_defaults
from gradcheck.facts.interpreter.transfer.imports import import_, import_from, prefer_known
from gradcheck.facts.interpreter.transfer.loops import for_, joined, loops_around, while_
from gradcheck.facts.interpreter.transfer.narrowing import assuming
from gradcheck.facts.interpreter.transfer.operators import binary
from gradcheck.facts.interpreter.transfer.refused import refused
from gradcheck.facts.interpreter.transfer.sequences import element
from gradcheck.facts.interpreter.transfer.special_methods import special
from gradcheck.facts.interpreter.transfer.standard_library import fields_of
from gradcheck.facts.interpreter.transfer.traces import note_traced

Names = dict[str, Value]

NAMED_TUPLE = "typing.NamedTuple"

OF_PROPERTIES = frozenset({"setter", "getter", "deleter"})
"""What a property hands out to make another one with a part of it exchanged."""


def _assign(machine: Machine, node: ast.Assign) -> None:
    value = _one_by_one(machine, node) or machine.eval(node.value)
    for target in node.targets:
        assign(machine, target, value)


def _one_by_one(machine: Machine, node: ast.Assign) -> Value | None:
    """What `a, b = (Dense(4) for _ in range(2))` makes: an object of its own for each name."""
    targets, made = node.targets[0], node.value
    if not isinstance(targets, (ast.Tuple, ast.List)) or not isinstance(
        made, (ast.ListComp, ast.GeneratorExp)
    ):
        return None
    match made.generators:
        case [ast.comprehension(iter=ast.Call(func=ast.Name(id="range")), ifs=[])]:
            apart = not any(isinstance(name, ast.Starred) for name in targets.elts)
            items = [element(machine, machine.eval(made), made) for _ in targets.elts] if apart else []
            return Sequence(items, kind="tuple") if items else None
    return None


def _annotated(machine: Machine, node: ast.AnnAssign) -> None:
    if node.value is not None:
        assign(machine, node.target, machine.eval(node.value))


def _augmented(machine: Machine, node: ast.AugAssign) -> None:
    load = _loaded(node.target)
    old, new = machine.eval(load), machine.eval(node.value)
    if isinstance(old, Sequence):
        _extend(old, new)
        return
    carrier = ast.copy_location(ast.BinOp(load, node.op, node.value), node)
    assign(machine, node.target, binary(machine, carrier, node.op, old, new))


def _extend(old: Sequence, new: Value) -> None:
    old.size = None
    if isinstance(new, Sequence):
        old.items += new.items
        old.many = old.many or new.many
    else:
        old.items.append(new)
        old.many = True


def _loaded(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    match target:
        case ast.Name():
            return ast.copy_location(ast.Name(target.id, ast.Load()), target)
        case ast.Attribute():
            return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
    return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)


def _expression(machine: Machine, node: ast.Expr) -> None:
    machine.eval(node.value)
    match node.value:
        case ast.Compare(left=ast.Attribute() as left, ops=[ast.Eq()], comparators=[given]) if is_flag(
            left.attr
        ):
            owner, value = machine.eval(left.value), machine.eval(given)
            machine.happened(Did.FLAG, owner, left, f"{left.attr} ==", value)

    _note_stop(machine, node.value)


def _note_stop(machine: Machine, call: ast.expr) -> None:
    """Remember a `stop_gradient` that stands for itself."""
    match call:
        case ast.Call(func=func, args=[(ast.Name() | ast.Attribute() | ast.Subscript()) as given]):
            target = machine.eval(func) if "stop_gradient" in ast.unparse(func) else None
            if isinstance(target, External) and target.name.rpartition(".")[2] == "stop_gradient":
                machine.log.stops.append(Discarded(machine.eval(given), machine.site(call)))


def _return(machine: Machine, node: ast.Return) -> None:
    machine.add_return(machine.eval(node.value))
    machine.set_flow(ended=True, dead=True)


def _raise(machine: Machine, node: ast.Raise) -> None:
    machine.set_flow(ended=True, dead=True)


def _jump(machine: Machine, node: ast.Break | ast.Continue) -> None:
    machine.set_flow(ended=True, dead=machine.here.dead)


def _if(machine: Machine, node: ast.If) -> None:
    test = machine.eval(node.test)
    if isinstance(test, Constant) and test.known and isinstance(node.test, ast.Constant):
        machine.run(node.body if test.value else node.orelse)
        return
    if (taken := decided_arm(machine, node)) is not None:
        machine.run(node.body if taken else node.orelse)
        return
    place = kept_place(machine, node)
    if place is not None and filled(machine, place):
        machine.run(node.orelse)
        return
    first = first_run(machine.frame) if place is not None else None
    _branches(machine, [node.body, node.orelse], node, first=first, test=node.test)


def _branches(
    machine: Machine,
    bodies: list[list[ast.stmt]],
    node: ast.stmt,
    *,
    first: Frame | None = None,
    test: ast.expr | None = None,
) -> None:
    """Run alternatives from the same start, and join the names of those that go on; `first` is the frame of
    a first one that fills a cache."""
    before, after, ended = machine.scope.names, [], []
    for arm, body in enumerate(bodies):
        machine.scope.names = dict(before)
        once = machine.once(first) if first and arm == 0 else nullcontext()
        with machine.at(machine.here.in_arm(node, arm)), once, assuming(machine, test, arm == 0):
            machine.run(body)
        ended.append(machine.here.ended)
        if not machine.here.dead:
            after.append(machine.scope.names)
    machine.set_flow(ended=all(ended), dead=not after)
    machine.scope.names = joined(machine, after, node) if after else before
    prefer_known(machine.scope.names, bodies)


def _with(machine: Machine, node: ast.With | ast.AsyncWith) -> None:
    with machine.at(machine.here):
        for context in node.items:
            value = machine.eval(context.context_expr)
            recorded = _recorded_within(machine, value, context.context_expr)
            machine.here = machine.here.but(recorded=recorded)
            entered = special(machine, value, "__enter__", [], context.context_expr)
            if context.optional_vars is not None:
                assign(machine, context.optional_vars, value if entered is None else entered)
        machine.run(node.body)


def _recorded_within(machine: Machine, value: Value, node: ast.expr) -> int:
    match value:
        case Tape():
            value.entered.append(machine.site(node))
            value.loops = loops_around(machine, node)
            return machine.recorded | value.bit
        case Tensor() | Constant():
            return machine.recorded
        case Method(receiver=Tape() as tape, name="stop_recording"):
            return machine.recorded & ~tape.bit
    return machine.recorded


def _try(machine: Machine, node: AnyTry) -> None:
    handlers = [handler.body for handler in node.handlers]
    if isinstance(node, ast.Try) and (what := refused(machine, node)) is not None:
        machine.run([*what[0], *what[1]])
    elif handlers:
        _branches(machine, [[*node.body, *node.orelse], *handlers], node)
    else:
        machine.run([*node.body, *node.orelse])
    before = machine.here
    machine.set_flow(ended=False, dead=False)
    machine.run(node.finalbody)
    machine.set_flow(ended=machine.here.ended or before.ended, dead=machine.here.dead or before.dead)


def _match(machine: Machine, node: ast.Match) -> None:
    machine.eval(node.subject)
    _branches(machine, [*(case.body for case in node.cases), []], node)


def decorator_name(machine: Machine, node: ast.expr) -> str:
    """The dotted name of a decorator, whether called or not."""
    inner = node.func if isinstance(node, ast.Call) else node
    if isinstance(inner, ast.Attribute) and inner.attr in OF_PROPERTIES:
        return f"property.{inner.attr}"
    value = machine.eval(inner)
    return value.name if isinstance(value, External) else USERS


def _function(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    decorators = tuple(decorator_name(machine, decorator) for decorator in node.decorator_list)
    wrappers = tuple(_wrappers(machine, node, decorators))
    owner = machine.frame.owner
    defaults = evaluated_defaults(machine, node.args)
    module = machine.frame.module
    lines = module.lines[node.lineno - 1 : node.end_lineno]
    yields = any("yield" in line for line in lines) and any(map(_yields, node.body))
    function = Function(node, machine.scope, module, None, owner, decorators, defaults, yields, wrappers)
    for decorator in node.decorator_list:
        if (variants := registered(machine, decorator)) is not None:
            function = replace(function, decorators=(), wrappers=())
            variants.append(function)
    machine.scope.bind(node.name, _of_property(machine, function) or by_public_name(machine, node, function))
    note_traced(machine, function)
    if machine.frame.function is not None and owner is None:
        machine.log.nested.append(function)


def _of_property(machine: Machine, function: Function) -> Function | None:
    """The property that `@name.setter`, `@name.getter` or `@name.deleter` adds this function to."""
    for decorator in function.node.decorator_list if isinstance(function.node, ast.FunctionDef) else ():
        if isinstance(decorator, ast.Attribute) and decorator.attr in OF_PROPERTIES:
            old = machine.eval(decorator.value)
            if isinstance(old, Function):
                return _with_part(old, function, decorator.attr)
    return None


def _with_part(old: Function, function: Function, part: str) -> Function:
    if part == "getter":
        return replace(function, setter=old.setter)
    return replace(old, setter=function) if part == "setter" else old


def _wrappers(
    machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef, names: tuple[str, ...]
) -> Iterator[Function]:
    """The decorators that are functions of the user's, or made by one."""
    for name, decorator in zip(names, node.decorator_list, strict=True):
        value = machine.eval(decorator) if name == USERS else None
        if isinstance(value, Function):
            yield value


def _yields(node: ast.AST) -> bool:
    """Whether a function whose body this is part of is a generator."""
    if isinstance(node, (ast.Yield, ast.YieldFrom)):
        return True
    apart = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.GeneratorExp)
    return not isinstance(node, apart) and any(_yields(inner) for inner in ast.iter_child_nodes(node))


def _class(machine: Machine, node: ast.ClassDef) -> None:
    bases = tuple(_base(_named_base(machine, base)) for base in node.bases)
    fields = next(filter(None, map(fields_of, bases)), ()) or _annotated_fields(node, bases)
    bases = tuple(External(NAMED_TUPLE) if fields_of(base) else base for base in bases)
    model = ClassModel(node.name, node, machine.frame.module, machine.scope, bases, fields=fields)
    for base in bases:
        if isinstance(base, ClassRef):
            base.model.derived.append(model)
    with machine.during(scope=Scope(machine.scope)):
        machine.run(node.body)
        model.members = dict(machine.scope.names)
    for member in model.members.values():
        if isinstance(member, Function):
            member.owner = model
            # A method does not see the names of the class body.
            member.scope = machine.scope
    machine.scope.bind(node.name, by_public_name(machine, node, ClassRef(model)))
    machine.log.classes.append(model)


def _annotated_fields(node: ast.ClassDef, bases: tuple[Value, ...]) -> tuple[str, ...]:
    """What a class calls its items that is a `NamedTuple` by its own words."""
    if not any(isinstance(base, External) and base.name == NAMED_TUPLE for base in bases):
        return ()
    written = [one.target for one in node.body if isinstance(one, ast.AnnAssign)]
    return tuple(target.id for target in written if isinstance(target, ast.Name))


def _named_base(machine: Machine, node: ast.expr) -> Value:
    """The class that a base names, whatever types it is given: `Generic[T]`."""
    if isinstance(node, ast.Subscript):
        value = machine.eval(node.value)
        if isinstance(value, (ClassRef, External)):
            return value
    return machine.eval(node)


def _base(value: Value) -> Value:
    """Of several base classes, of which a branch decides, the one that is more than a plain object; Python's
    own by their names."""
    options = value.options if isinstance(value, Choice) else ()
    known = (one for one in options if isinstance(one, ClassRef) or _makes_more(one))
    found = next(known, value)
    return External(found.name.removeprefix("builtins.")) if isinstance(found, External) else found


def _makes_more(value: Value) -> bool:
    return isinstance(value, External) and kind_of_library(value.name) not in (PLAIN, OTHER)


def _global(machine: Machine, node: ast.Global | ast.Nonlocal) -> None:
    for name in node.names:
        machine.scope.declared_global[name] = _home(machine.scope, name, isinstance(node, ast.Global))


def _home(scope: Scope, name: str, whole: bool) -> Scope:
    if whole or scope.outer is None:
        return scope.module()
    outer: Scope | None = scope.outer
    while outer is not None and name not in outer.names:
        outer = outer.outer
    return outer or scope.outer


def _delete(machine: Machine, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Name):
            machine.scope.names.pop(target.id, None)


def _assert(machine: Machine, node: ast.Assert) -> None:
    machine.eval(node.test)


EXECUTE: dict[type, Execute] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _jump,
    ast.Continue: _jump,
    ast.If: _if,
    ast.For: for_,
    ast.AsyncFor: for_,
    ast.While: while_,
    ast.With: _with,
    ast.AsyncWith: _with,
    **dict.fromkeys(TRIES, _try),
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: import_,
    ast.ImportFrom: import_from,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.Delete: _delete,
    ast.Assert: _assert,
}
