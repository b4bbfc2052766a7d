"""What each kind of statement does to the names and objects in scope."""

from __future__ import annotations

import ast
from collections.abc import Callable

from gradcheck.facts.handlers.attributes import stands_for_model
from gradcheck.facts.handlers.expressions import binary, bind_target, evaluated_defaults, unpack
from gradcheck.facts.handlers.sequences import element
from gradcheck.facts.language.classes import ClassModel
from gradcheck.facts.language.events import Did, is_flag
from gradcheck.facts.language.graph import ALWAYS, Edge
from gradcheck.facts.language.machine import Execute, Machine, Rebinding, flatten
from gradcheck.facts.language.operations import forget
from gradcheck.facts.language.scope import Scope, same
from gradcheck.facts.language.values import (
    Choice,
    ClassRef,
    Constant,
    External,
    Function,
    Instance,
    Layer,
    Mapping,
    Method,
    Opaque,
    Sequence,
    Tape,
    Tensor,
    Value,
    WeightRef,
)
from gradcheck.facts.naming import last_word
from gradcheck.kinds import Kind
from gradcheck.source.names import canonical

Names = dict[str, Value]


def _assign(machine: Machine, node: ast.Assign) -> None:
    value = machine.eval(node.value)
    for target in node.targets:
        assign(machine, target, value)


def _annotated(machine: Machine, node: ast.AnnAssign) -> None:
    if node.value is not None:
        assign(machine, node.target, machine.eval(node.value))


def assign(machine: Machine, target: ast.expr, value: Value) -> None:
    """Store a value where a target says."""
    match target:
        case ast.Name():
            _label(value, target.id)
            _note_rebinding(machine, machine.scope.find(target.id), value, target)
            machine.scope.bind(target.id, value)
        case ast.Attribute():
            _store_attribute(machine, machine.eval(target.value), target, value)
        case ast.Subscript():
            _store_item(machine, machine.eval(target.value), machine.eval(target.slice), value)
        case ast.Tuple() | ast.List():
            for part, inner in zip(target.elts, list(unpack(machine, value, target)), strict=False):
                assign(machine, part.value if isinstance(part, ast.Starred) else part, inner)


def _label(value: Value, text: str, depth: int = 3) -> None:
    """Name weights and layers after the first place they are kept in, as their author would."""
    match value:
        case WeightRef() if not value.weight.label:
            value.weight.label = text
            value.weight.name = value.weight.name or last_word(text)
        case Layer() | Instance() if not value.label:
            value.label = text
            for birth in value.births if isinstance(value, Layer) else ():
                birth.label = birth.label or text
                birth.name = birth.name or last_word(text)
        case Sequence() if depth:
            for item in value.items:
                _label(item, f"{text}[...]" if value.many else text, depth - 1)
        case Mapping() if depth:
            for item in (*value.entries.values(), *value.rest):
                _label(item, text, depth - 1)


def _store_attribute(machine: Machine, owner: Value, target: ast.Attribute, value: Value) -> None:
    _label(value, f"{_prefix(target.value)}{target.attr}")
    if is_flag(target.attr):
        machine.happened(Did.FLAG, owner, target, target.attr, value)
    match owner:
        case Instance():
            _store_on_instance(machine, owner, target, value)
        case Layer():
            owner.options[target.attr] = value
        case Opaque():
            # Whatever it is may use this when it is called.
            owner.attributes[target.attr] = value
            machine.draw(
                value, stands_for_model(machine, owner, target), machine.site(target), recorded=ALWAYS
            )
        case Choice():
            for option in owner.options:
                with machine.maybe():
                    _store_attribute(machine, option, target, value)
        case ClassRef():
            owner.model.members[target.attr] = value


def _prefix(node: ast.expr) -> str:
    if isinstance(node, (ast.Name, ast.Attribute)):
        return ast.unparse(node) + "."
    return ""


def _note_rebinding(machine: Machine, old: Value | None, value: Value, target: ast.expr) -> None:
    """A name that held a weight now holds a tensor computed from it."""
    if (
        isinstance(old, WeightRef)
        and isinstance(value, Tensor)
        and not value.symbolic
        and not machine.recorded
    ):
        lasting = bool(machine.loops) or isinstance(target, ast.Attribute) or _is_global(machine, target)
        attribute = isinstance(target, ast.Attribute)
        machine.log.rebound.append(Rebinding(old.weight, value, machine.site(target), attribute, lasting))


def _is_global(machine: Machine, target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and (
        target.id in machine.scope.declared_global or machine.scope.outer is None
    )


def _store_on_instance(machine: Machine, owner: Instance, target: ast.Attribute, value: Value) -> None:
    old = owner.attributes.get(target.attr)
    _note_rebinding(machine, old, value, target)
    if old is not None and machine.branches and not same(old, value):
        value = machine.join([old, value], target)
    for held in flatten(value):
        if isinstance(held, (Layer, Instance)) and held.owner is None and held is not owner:
            held.owner = owner
    owner.attributes[target.attr] = value


def _store_item(machine: Machine, owner: Value, index: Value, value: Value) -> None:
    match owner:
        case Mapping():
            key = index.value if isinstance(index, Constant) and index.known else None
            if isinstance(key, (str, int)) and not machine.branches:
                owner.entries[key] = value
            else:
                owner.rest.append(value)
        case Sequence():
            owner.items.append(value)
            owner.many = True
        case Tensor():
            # An array written in place: what went in comes out again.
            forget(machine, owner)
            for source in machine.nodes(value, machine.site(ast.Name("_"))):
                machine.graph.connect(
                    Edge(source, owner.node, None, Kind.NUMPY if owner.numpy else None, detail="an array")
                )
        case Choice():
            for option in owner.options:
                with machine.maybe():
                    _store_item(machine, option, index, value)
        case _:
            machine.escape(value)


def _augmented(machine: Machine, node: ast.AugAssign) -> None:
    load = _loaded(node.target)
    old, new = machine.eval(load), machine.eval(node.value)
    if isinstance(old, Sequence):
        _extend(old, new)
        return
    carrier = ast.copy_location(ast.BinOp(load, node.op, node.value), node)
    assign(machine, node.target, binary(machine, carrier, node.op, old, new))


def _extend(old: Sequence, new: Value) -> None:
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


def _return(machine: Machine, node: ast.Return) -> None:
    machine.returns.append(machine.eval(node.value))
    machine.ended = machine.dead = True


def _raise(machine: Machine, node: ast.Raise) -> None:
    machine.ended = machine.dead = True


def _jump(machine: Machine, node: ast.Break | ast.Continue) -> None:
    machine.ended = True


def _if(machine: Machine, node: ast.If) -> None:
    test = machine.eval(node.test)
    if isinstance(test, Constant) and test.known and isinstance(node.test, ast.Constant):
        machine.run(node.body if test.value else node.orelse)
        return
    _branches(machine, [node.body, node.orelse], node)


def _branches(machine: Machine, bodies: list[list[ast.stmt]], node: ast.stmt) -> None:
    """Run alternatives from the same start, and join the names of those that go on."""
    before, after, ended = machine.scope.names, [], []
    path = machine.path
    for arm, body in enumerate(bodies):
        machine.scope.names = dict(before)
        machine.ended = machine.dead = False
        machine.path = (*path, (id(node), arm))
        with machine.maybe():
            machine.run(body)
        machine.path = path
        ended.append(machine.ended)
        if not machine.dead:
            after.append(machine.scope.names)
    machine.ended, machine.dead = all(ended), not after
    machine.scope.names = _joined(machine, after, node) if after else before


def _joined(machine: Machine, branches: list[Names], node: ast.stmt) -> Names:
    first, *others = branches
    if not others:
        return first
    names = dict.fromkeys(name for branch in branches for name in branch)
    return {
        name: machine.join([branch[name] for branch in branches if name in branch], node) for name in names
    }


def _for(machine: Machine, node: ast.For | ast.AsyncFor) -> None:
    source = machine.eval(node.iter)

    def head() -> None:
        bind_target(machine, node.target, element(machine, source, node.iter))

    _loop(machine, node, head)


def _while(machine: Machine, node: ast.While) -> None:
    _loop(machine, node, lambda: machine.eval(node.test))


def _loop(machine: Machine, node: ast.For | ast.AsyncFor | ast.While, head: Callable[[], object]) -> None:
    """Run a body that may run any number of times: what one round leaves, the next one finds."""
    carried = _carry(machine, node)
    before = dict(machine.scope.names)
    machine.loops.append(node)
    head()
    with machine.maybe():
        machine.run(node.body)
    machine.loops.pop()
    machine.ended = machine.dead = False
    for name, phi in carried.items():
        value = machine.scope.names.get(name)
        if value is not None:
            for source in machine.nodes(value, machine.site(node)):
                if source != phi:
                    machine.graph.connect(Edge(source, phi, None))
    machine.scope.names = _joined(machine, [before, machine.scope.names], node)
    machine.run(node.orelse)


def _carry(machine: Machine, node: ast.For | ast.AsyncFor | ast.While) -> dict[str, int]:
    """Give each name that the body changes a node for the value it has when a round begins."""
    carried = {}
    for name in _stored(node):
        old = machine.scope.names.get(name)
        if isinstance(old, (Tensor, Opaque, Choice)) or (
            isinstance(old, Constant) and not isinstance(old.value, str)
        ):
            phi = machine.graph.node()
            carried[name] = phi
            machine.scope.names[name] = _either_round(machine, old, phi)
    return carried


def _either_round(machine: Machine, old: Value, phi: int) -> Value:
    if not isinstance(old, Tensor):
        return Choice((*(old.options if isinstance(old, Choice) else (old,)), Tensor(phi)))
    machine.graph.connect(Edge(old.node, phi, None))
    return Tensor(phi, symbolic=old.symbolic, numpy=old.numpy, unknown=old.unknown)


def _stored(node: ast.For | ast.AsyncFor | ast.While) -> list[str]:
    found = {
        inner.id: None
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }
    return list(found)


def _with(machine: Machine, node: ast.With | ast.AsyncWith) -> None:
    before = machine.recorded
    for context in node.items:
        value = machine.eval(context.context_expr)
        machine.recorded = _recorded_within(machine, value, context.context_expr)
        if context.optional_vars is not None:
            assign(machine, context.optional_vars, value)
    machine.run(node.body)
    machine.recorded = before


def _recorded_within(machine: Machine, value: Value, node: ast.expr) -> int:
    match value:
        case Tape():
            value.entered.append(machine.site(node))
            value.loop = machine.loops[-1] if machine.loops else None
            return machine.recorded | value.bit
        case Tensor() | Constant():
            return machine.recorded
        case Method(receiver=Tape() as tape, name="stop_recording"):
            return machine.recorded & ~tape.bit
    return machine.recorded


def _try(machine: Machine, node: ast.Try) -> None:
    handlers = [handler.body for handler in node.handlers]
    if handlers:
        _branches(machine, [[*node.body, *node.orelse], *handlers], node)
    else:
        machine.run([*node.body, *node.orelse])
    ended, dead = machine.ended, machine.dead
    machine.ended = machine.dead = False
    machine.run(node.finalbody)
    machine.ended, machine.dead = machine.ended or ended, machine.dead or dead


def _match(machine: Machine, node: ast.Match) -> None:
    machine.eval(node.subject)
    _branches(machine, [*(case.body for case in node.cases), []], node)


def decorator_name(machine: Machine, node: ast.expr) -> str:
    """The dotted name of a decorator, whether called or not."""
    inner = node.func if isinstance(node, ast.Call) else node
    if isinstance(inner, ast.Attribute) and inner.attr in ("setter", "deleter", "getter"):
        return f"property.{inner.attr}"
    value = machine.eval(inner)
    return value.name if isinstance(value, External) else "?"


def _function(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    decorators = tuple(decorator_name(machine, decorator) for decorator in node.decorator_list)
    owner = machine.frame.function.owner if machine.frame.function else None
    defaults = evaluated_defaults(machine, node.args)
    module = machine.frame.module
    function = Function(node, machine.scope, module, owner=owner, decorators=decorators, defaults=defaults)
    machine.scope.bind(node.name, function)


def _class(machine: Machine, node: ast.ClassDef) -> None:
    bases = tuple(machine.eval(base) for base in node.bases)
    model = ClassModel(node.name, node, machine.frame.module, machine.scope, bases)
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
    machine.scope.bind(node.name, ClassRef(model))
    machine.log.classes.append(model)


def _import(machine: Machine, node: ast.Import) -> None:
    for alias in node.names:
        if alias.asname:
            machine.scope.bind(alias.asname, _module(machine, alias.name, 0))
        else:
            root = alias.name.partition(".")[0]
            machine.scope.bind(root, _module(machine, root, 0))


def _import_from(machine: Machine, node: ast.ImportFrom) -> None:
    for alias in node.names:
        if alias.name == "*":
            _import_star(machine, node)
        else:
            machine.scope.bind(alias.asname or alias.name, _imported(machine, node, alias.name))


def _imported(machine: Machine, node: ast.ImportFrom, name: str) -> Value:
    module = _module(machine, node.module or "", node.level)
    if isinstance(module, Mapping):
        if name in module.entries:
            return module.entries[name]
        inner = ".".join(part for part in (node.module, name) if part)
        return _module(machine, inner, node.level) if node.level or node.module else Opaque()
    if isinstance(module, External):
        return External(canonical(f"{module.name}.{name}"))
    found = _module(machine, ".".join(part for part in (node.module, name) if part), node.level)
    return found if isinstance(found, Mapping) else Opaque(label=name)


def _import_star(machine: Machine, node: ast.ImportFrom) -> None:
    module = _module(machine, node.module or "", node.level)
    if isinstance(module, Mapping):
        for name, value in module.entries.items():
            if not name.startswith("_"):
                machine.scope.bind(name, value)


def _module(machine: Machine, dotted: str, level: int) -> Value:
    """A module of the project as a namespace, or a library under its canonical name."""
    found = machine.resolve(dotted, level, machine.frame.module)
    if found is not None:
        return found
    return Opaque() if level else External(canonical(dotted))


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
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.Delete: _delete,
    ast.Assert: _assert,
}
