"""What each kind of expression evaluates to."""

from __future__ import annotations

import ast
import builtins

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.values import (
    NONE,
    UNTRACKED_CONSTANT,
    Constant,
    External,
    Function,
    Lazy,
    Mapping,
    Opaque,
    Sequence,
    Value,
    Variables,
    is_none,
    plain,
    used,
)
from gradcheck.facts.interpreter.machine import Evaluate, Machine
from gradcheck.facts.interpreter.operations import COMPARISON
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.facts.interpreter.transfer.comprehensions import COMPREHENSIONS
from gradcheck.facts.interpreter.transfer.configured import configured_arm
from gradcheck.facts.interpreter.transfer.decided import decided_arm
from gradcheck.facts.interpreter.transfer.imports import STAR, from_star
from gradcheck.facts.interpreter.transfer.operators import binary, known, made_text
from gradcheck.facts.interpreter.transfer.sequences import element, elements, item
from gradcheck.facts.interpreter.transfer.special_methods import SIGNS, special
from gradcheck.report.fate import Reason
from gradcheck.report.kinds import Kind

BUILTINS = frozenset(dir(builtins))

MOST_CONSTANTS = 256
"""A longer list or dict of nothing but constants is a table of data, of which no element matters."""


def _constant(machine: Machine, node: ast.Constant) -> Value:
    return NONE if node.value is None else known(node.value)


def _name(machine: Machine, node: ast.Name) -> Value:
    if (value := machine.scope.find(node.id)) is not None:
        return used(value)
    if STAR in (names := machine.scope.module().names) and (brought := from_star(names, node.id)):
        return brought
    return (
        External(f"builtins.{node.id}") if node.id in BUILTINS else Opaque(label=node.id, reason=Reason.CALL)
    )


def _attribute(machine: Machine, node: ast.Attribute) -> Value:
    return attribute(machine, machine.eval(node.value), node.attr, node)


def _subscript(machine: Machine, node: ast.Subscript) -> Value:
    base, index = machine.eval(node.value), machine.eval(node.slice)
    return item(machine, base, index, node)


def _slice(machine: Machine, node: ast.Slice) -> Value:
    parts = [machine.eval(part) for part in (node.lower, node.upper, node.step) if part is not None]
    return Sequence(parts, kind="slice")


def _call(machine: Machine, node: ast.Call) -> Value:
    target = machine.eval(node.func)
    if isinstance(target, External) and target.name.startswith("inspect."):
        with machine.description(True):
            return machine.call(target, _arguments(machine, node))
    return machine.call(target, _arguments(machine, node))


def _arguments(machine: Machine, node: ast.Call) -> Arguments:
    positional: list[tuple[ast.expr, Value]] = []
    starred: list[Value] = []
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            spread = machine.eval(argument.value)
            if isinstance(spread, Sequence) and not spread.many and not starred:
                positional += [(argument.value, value) for value in spread.items]
            else:
                starred.append(element(machine, spread, argument.value))
        else:
            positional.append((argument, machine.eval(argument)))
    keywords = []
    for keyword in node.keywords:
        value = machine.eval(keyword.value)
        if keyword.arg is not None:
            keywords.append((keyword.arg, keyword.value, value))
        elif isinstance(value, Mapping):
            keywords += [(str(word), keyword.value, entry) for word, entry in value.entries.items()]
            starred += value.rest
        else:
            starred.append(value)
    return Arguments(node, tuple(positional), tuple(keywords), tuple(starred))


def _binary(machine: Machine, node: ast.BinOp) -> Value:
    left, right = machine.eval(node.left), machine.eval(node.right)
    return binary(machine, node, node.op, left, right)


def _unary(machine: Machine, node: ast.UnaryOp) -> Value:
    operand = machine.eval(node.operand)
    if isinstance(node.op, ast.Not):
        return _truth(machine, node)
    if isinstance(operand, Constant):
        number = operand.known and isinstance(operand.value, (int, float)) and isinstance(node.op, ast.USub)
        return Constant(-operand.value) if number else UNTRACKED_CONSTANT
    if (own := special(machine, operand, SIGNS[type(node.op)], [], node)) is not None:
        return own
    result = machine.compute(node, [operand])
    return machine.noted(
        result, "-x" if isinstance(node.op, ast.USub) else "~", node, [(node.operand, operand)]
    )


def _compare(machine: Machine, node: ast.Compare) -> Value:
    values = [machine.eval(part) for part in (node.left, *node.comparators)]
    if all(isinstance(value, Constant) for value in values) or any(
        isinstance(operator, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for operator in node.ops
    ):
        return _truth(machine, node)
    result = machine.compute(node, values, kind=Kind.NO_GRADIENT, detail="a comparison")
    return machine.noted(result, COMPARISON, node, zip((node.left, *node.comparators), values, strict=True))


def _truth(machine: Machine, node: ast.expr) -> Value:
    """Whether a test holds that asks how the program was set up."""
    truth = configured_arm(machine, node)
    return UNTRACKED_CONSTANT if truth is None else Constant(truth)


def _boolean(machine: Machine, node: ast.BoolOp) -> Value:
    return machine.join([machine.eval(value) for value in node.values], node)


def _either(machine: Machine, node: ast.IfExp) -> Value:
    machine.eval(node.test)
    if (taken := decided_arm(machine, node)) is not None:
        return machine.eval(node.body if taken else node.orelse)
    if _calls_none(machine, node):
        return machine.eval(node.orelse)
    with machine.maybe():
        return machine.join([machine.eval(node.body), machine.eval(node.orelse)], node)


def _calls_none(machine: Machine, node: ast.IfExp) -> bool:
    """Whether an arm calls what it asks to be there, and it is not: `self.act(x) if self.act is not None`."""
    asked = node.test
    if isinstance(asked, ast.Compare) and ast.unparse(asked).endswith(" is not None"):
        asked = asked.left
    called = node.body.func if isinstance(node.body, ast.Call) else None
    if not isinstance(asked, ast.Attribute) or not isinstance(called, ast.Attribute):
        return False
    return ast.unparse(asked) == ast.unparse(called) and is_none(machine.eval(asked))


def _sequence(machine: Machine, node: ast.List | ast.Tuple | ast.Set) -> Value:
    kind = type(node).__name__.lower()
    if len(node.elts) > MOST_CONSTANTS and all(isinstance(part, ast.Constant) for part in node.elts):
        return Sequence([UNTRACKED_CONSTANT], many=True, kind=kind, size=len(node.elts))
    items: list[Value] = []
    many = False
    for part in node.elts:
        if isinstance(part, ast.Starred):
            spread = machine.eval(part.value)
            # A model's variables stay together, as where two lists are added.
            together = isinstance(spread, Variables)
            inside, open_ended = ([spread], True) if together else elements(machine, spread, part.value)
            items += inside
            many = many or open_ended
        else:
            items.append(machine.eval(part))
    made = Sequence(items, many=many, kind=kind, branches=machine.here.branches)
    machine.log.written[node] = made
    return made


def _mapping(machine: Machine, node: ast.Dict) -> Value:
    result = Mapping()
    if len(node.keys) > MOST_CONSTANTS and all(isinstance(part, ast.Constant) for part in node.values):
        return Mapping(rest=[UNTRACKED_CONSTANT])
    for key, part in zip(node.keys, node.values, strict=True):
        value = machine.eval(part)
        if key is None:
            if isinstance(value, Mapping):
                result.entries.update(value.entries)
                result.rest += value.rest
            else:
                result.rest.append(value)
            continue
        word = machine.eval(key)
        if isinstance(word, Constant) and word.known and isinstance(word.value, (str, int)):
            result.entries[word.value] = value
        else:
            result.rest.append(value)
    return result


def _lambda(machine: Machine, node: ast.Lambda) -> Value:
    defaults = evaluated_defaults(machine, node.args)
    return Function(node, machine.scope, machine.frame.module, owner=machine.frame.owner, defaults=defaults)


def evaluated_defaults(machine: Machine, parameters: ast.arguments) -> dict[str, Value]:
    """What the parameters are when nobody says otherwise; evaluated where the function is defined, once."""
    names = [*parameters.posonlyargs, *parameters.args]
    last = names[len(names) - len(parameters.defaults) :]
    found = {one.arg: machine.eval(default) for one, default in zip(last, parameters.defaults, strict=True)}
    for one, default in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True):
        if default is not None:
            found[one.arg] = machine.eval(default)
    return found


def _walrus(machine: Machine, node: ast.NamedExpr) -> Value:
    value = machine.eval(node.value)
    machine.scope.bind(node.target.id, value)
    return value


def _inner(machine: Machine, node: ast.Starred | ast.Await) -> Value:
    return machine.eval(node.value)


def _yield(machine: Machine, node: ast.Yield | ast.YieldFrom) -> Value:
    value = machine.eval(node.value)
    if isinstance(node, ast.Yield):
        value = Sequence([value], many=True)
    elif isinstance(value, Lazy):
        value = Sequence(value.items, value.many)
    machine.add_return(value)
    return Opaque()


def _text(machine: Machine, node: ast.JoinedStr) -> Value:
    """What an f-string says, with its source where a value is not known."""
    parts = [_text_part(machine, part) for part in node.values]
    return made_text((text for text, _ in parts), known=all(known for _, known in parts))


def _text_part(machine: Machine, part: ast.expr) -> tuple[str, bool]:
    if isinstance(part, ast.FormattedValue):
        value = plain(machine.eval(part.value))
        if part.conversion == -1 and part.format_spec is None and isinstance(value, (str, int)):
            return str(value), True
        return "{" + ast.unparse(part.value) + "}", False
    return str(part.value) if isinstance(part, ast.Constant) else "", True


EVALUATE: dict[type, Evaluate] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _either,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _mapping,
    **COMPREHENSIONS,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Starred: _inner,
    ast.Await: _inner,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.JoinedStr: _text,
}
