"""What each kind of expression evaluates to."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Iterator

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import (
    NONE,
    UNTRACKED_CONSTANT,
    ClassRef,
    Constant,
    External,
    Function,
    Lazy,
    Mapping,
    Opaque,
    Sequence,
    Value,
    Variables,
    Zip,
    is_none,
    known_size,
    plain,
    used,
)
from gradcheck.facts.interpreter.machine import Evaluate, Machine
from gradcheck.facts.interpreter.operations import COMPARISON
from gradcheck.facts.interpreter.transfer.attributes import attribute
from gradcheck.facts.interpreter.transfer.configured import configured_arm
from gradcheck.facts.interpreter.transfer.decided import decided_arm
from gradcheck.facts.interpreter.transfer.imports import STAR, from_star
from gradcheck.facts.interpreter.transfer.layers import is_layer
from gradcheck.facts.interpreter.transfer.operators import binary, known, made_text
from gradcheck.facts.interpreter.transfer.sequences import element, elements, item, unpack
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
    return machine.call(target, Arguments(node, tuple(positional), tuple(keywords), tuple(starred)))


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
            inside, open_ended = elements(machine, spread, part.value)
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


MOST_ITEMS = 12
"""A longer list is gone through as if any of it were each."""
MOST_LAYERS = 8
MOST_OWN = 4
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def _comprehension(machine: Machine, node: ast.ListComp | ast.SetComp) -> Value:
    source = machine.eval(node.generators[0].iter)
    if isinstance(source, (Zip, Variables)) and _yields_its_source(node):
        return source
    if (together := _put_together(machine, node, source)) is not None:
        return together
    items, many = _comprehended(machine, node, source)
    each = len(node.generators) == 1 and not node.generators[0].ifs and isinstance(node, ast.ListComp)
    return Sequence(items, many=many, size=known_size(source) if each else None)


def _generator(machine: Machine, node: ast.GeneratorExp) -> Value:
    """Only its first source is evaluated where it stands."""
    frame, scope, source = machine.frame, machine.scope, machine.eval(node.generators[0].iter)
    if isinstance(source, (Zip, Variables)) and _yields_its_source(node):
        return source
    if (together := _put_together(machine, node, source)) is not None:
        return together

    def produce() -> tuple[list[Value], bool]:
        with machine.during(frame=frame, scope=scope):
            return _comprehended(machine, node, source)

    return Lazy(produce)


def _yields_its_source(node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> bool:
    """Whether it gives the same items again: `(g, v) for g, v in zip(gradients, variables)`."""
    first, *more = node.generators
    return not more and not first.ifs and ast.unparse(node.elt) == ast.unparse(first.target)


def _put_together(
    machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, source: Value
) -> Variables | None:
    """The weights in `[w for layer in layers for w in layer.trainable_weights]`, if the layers are known."""
    if len(node.generators) != 2 or any(one.ifs for one in node.generators) or not _known(source):
        return None
    outer, inner = node.generators
    if ast.unparse(node.elt) != ast.unparse(inner.target):
        return None
    lists: list[Variables] = []
    with machine.during(scope=Scope(machine.scope)):
        for value in list(source.items) if isinstance(source, Sequence) else ():
            bind_target(machine, outer.target, value)
            found = machine.eval(inner.iter)
            if not isinstance(found, Variables):
                return None
            lists.append(found)
    return Variables(tuple(owner for one in lists for owner in one.owners), lists[-1].site)


def _comprehended(
    machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, source: Value
) -> tuple[list[Value], bool]:
    """What a comprehension yields, and whether that is any number of items."""
    with machine.during(scope=Scope(machine.scope)):
        if (each := _each(machine, node, source)) is None:
            _bind_generators(machine, node.generators, source)
            return [machine.eval(node.elt)], True
        return [machine.eval(node.elt) for _ in _rounds(machine, node.generators, each)], False


def _rounds(machine: Machine, generators: list[ast.comprehension], items: list[Value]) -> Iterator[None]:
    """Bind the targets for each round, one after the other."""
    generator, *inner = generators
    for value in items:
        bind_target(machine, generator.target, value)
        if inner:
            spelled = machine.eval(inner[0].iter)
            yield from _rounds(machine, inner, spelled.items if isinstance(spelled, Sequence) else [])
        else:
            yield


def _each(
    machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, source: Value
) -> list[Value] | None:
    """What a comprehension goes through, if all of it is known, or if it counts the layers that it makes."""
    if _exact(node, source):
        assert isinstance(source, Sequence)
        return list(source.items)
    count = _counts(node, source)
    known = count is not None and isinstance(node, ast.ListComp) and count <= _most(machine, node.elt)
    return [*map(Constant, range(count))] if known and count is not None else None


def _counts(node: Comprehension, source: Value) -> int | None:
    """How far a comprehension counts from zero, if that is all it goes through."""
    first = source.items[0] if isinstance(source, Sequence) and len(source.items) == 1 else None
    if len(node.generators) != 1 or node.generators[0].ifs or not isinstance(first, Constant):
        return None
    return first.below


def _most(machine: Machine, made: ast.expr) -> int:
    """How many layers of a kind are told apart; what one's own class makes takes longer to follow."""
    if not isinstance(made, ast.Call) or not isinstance(made.func, (ast.Name, ast.Attribute)):
        return 0
    match machine.eval(made.func):
        case External(name=name) if is_layer(name):
            return MOST_LAYERS
        case ClassRef():
            return MOST_OWN
    return 0


def _exact(node: Comprehension, source: Value) -> bool:
    """Whether each item of the source is known, and gives one item, or as many as are spelled out."""
    inner = node.generators[1:]
    spelled = [one.iter for one in inner if isinstance(one.iter, (ast.Tuple, ast.List))]
    if any(one.ifs for one in node.generators) or len(spelled) < len(inner) or not _known(source):
        return False
    assert isinstance(source, Sequence)
    return math.prod(len(one.elts) for one in spelled) * len(source.items) <= MOST_ITEMS


def _known(source: Value) -> bool:
    """Whether each item of a comprehension's source is known."""
    if isinstance(source, Lazy) or not isinstance(source, Sequence) or source.many:
        return False
    return 0 < len(source.items) <= MOST_ITEMS


def _dict_comprehension(machine: Machine, node: ast.DictComp) -> Value:
    source = machine.eval(node.generators[0].iter)
    with machine.during(scope=Scope(machine.scope)):
        if not _exact(node, source):
            _bind_generators(machine, node.generators, source)
            machine.eval(node.key)
            return Mapping(rest=[machine.eval(node.value)])
        made = Mapping()
        assert isinstance(source, Sequence)
        for _ in _rounds(machine, node.generators, list(source.items)):
            key, entry = machine.eval(node.key), machine.eval(node.value)
            if isinstance(key, Constant) and key.known and isinstance(key.value, (str, int)):
                made.entries[key.value] = entry
            else:
                made.rest.append(entry)
        return made


def _bind_generators(machine: Machine, generators: list[ast.comprehension], first: Value) -> None:
    for number, generator in enumerate(generators):
        source = machine.eval(generator.iter) if number else first
        bind_target(machine, generator.target, element(machine, source, generator.iter))
        for test in generator.ifs:
            machine.eval(test)


def bind_target(machine: Machine, target: ast.expr, value: Value) -> None:
    """Bind the names of a loop or comprehension target."""
    if isinstance(target, ast.Name):
        machine.scope.bind(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part, inner in zip(target.elts, unpack(machine, value, target), strict=False):
            bind_target(machine, part.value if isinstance(part, ast.Starred) else part, inner)


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
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _generator,
    ast.DictComp: _dict_comprehension,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Starred: _inner,
    ast.Await: _inner,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.JoinedStr: _text,
}
