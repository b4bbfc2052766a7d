"""What Python's standard library, and its like in other libraries, hands on: items, records, arguments."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.classes import ClassModel
from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import (
    Constant,
    External,
    Function,
    Mapping,
    Opaque,
    Partial,
    Sequence,
    Value,
    Zip,
    plain,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.attributes import BINDING
from gradcheck.facts.interpreter.transfer.builtins import Handler, chain_of
from gradcheck.facts.interpreter.transfer.functions import bind_parameters
from gradcheck.facts.interpreter.transfer.sequences import element, elements, joined

RECORD = "collections.namedtuple()"
"""What a class that `namedtuple` makes is called: a partial call of it, with the names of its fields."""

WRAPPER = "functools.wraps()"
"""What hands on the function that it is given, under the name of another one."""
MOST_FOLDED = 16
"""How many items `reduce` is followed through."""


def _chain(machine: Machine, name: str, arguments: Arguments) -> Value:
    lists = [value for _, value in arguments.positional]
    return joined(machine, [*lists, *arguments.starred], arguments.node, many=bool(arguments.starred))


def _some(machine: Machine, name: str, arguments: Arguments) -> Value:
    """Any number of the items of what is given first."""
    given = arguments.positional[0][1] if arguments.positional else Opaque()
    return Sequence([element(machine, given, arguments.node)], many=True)


def _repeated(machine: Machine, name: str, arguments: Arguments) -> Value:
    return Sequence([value for _, value in arguments.positional[:1]], many=True)


def _tuples(machine: Machine, name: str, arguments: Arguments) -> Value:
    """Tuples of one item of each, or of several of one."""
    parts = [element(machine, value, arguments.node) for _, value in arguments.positional]
    return Sequence([Sequence(parts, many=name != "itertools.product", kind="tuple")], many=True)


def _zipped(machine: Machine, name: str, arguments: Arguments) -> Value:
    return Zip(tuple(value for _, value in arguments.positional))


def _reduce(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`functools.reduce(function, items, initial)`: the function run along the items."""
    function, given = arguments.get("function", 0), arguments.get("iterable", 1)
    items, many = elements(machine, given or Opaque(), arguments.node)
    start = arguments.get("initial", 2)
    if function is None or not items or len(items) > MOST_FOLDED:
        return machine.unknown(arguments.node, arguments.values())
    folded, rest = (items[0], items if many else items[1:]) if start is None else (start, items)
    for item in rest:
        made = machine.invoke(function, [folded, item], arguments.node)
        folded = machine.join([folded, made], arguments.node) if many else made
    return folded


def _default_dict(machine: Machine, name: str, arguments: Arguments) -> Value:
    return Mapping(default=arguments.get("default_factory", 0))


def _named_tuple(machine: Machine, name: str, arguments: Arguments) -> Value:
    """The class that `namedtuple("Pair", ["first", "second"])` makes."""
    fields = arguments.get("field_names", 1)
    if isinstance(text := plain(fields), str):
        fields = Sequence([Constant(word) for word in text.replace(",", " ").split()])
    if not isinstance(fields, Sequence) or fields.many:
        return machine.unknown(arguments.node, arguments.values())
    return Partial(External(RECORD), (fields,), ())


def _record(machine: Machine, name: str, arguments: Arguments) -> Value:
    """An object of such a class."""
    (_, fields), *given = arguments.positional
    return record_of(machine, _words(fields), replace(arguments, positional=tuple(given)))


def fields_of(value: Value) -> tuple[str, ...]:
    """The fields of a class that `namedtuple` made; none of anything else."""
    match value:
        case Partial(function=External(name=name), positional=(fields, *_)) if name == RECORD:
            return _words(fields)
    return ()


def _words(fields: Value) -> tuple[str, ...]:
    return tuple(str(plain(item)) for item in fields.items) if isinstance(fields, Sequence) else ()


def record_of(
    machine: Machine, names: tuple[str, ...], arguments: Arguments, model: ClassModel | None = None
) -> Sequence:
    """A named tuple of what its class is called with, and of the class's defaults."""
    values = dict(zip(names, (value for _, value in arguments.positional), strict=False))
    values |= {word: value for word, _, value in arguments.keywords if word in names}
    spread = machine.join(arguments.starred, arguments.node) if arguments.starred else None
    items = []
    for word in names:
        default = model.find(word) if model is not None else None
        items.append(values.get(word) or spread or default or Opaque(label=word))
    return Sequence(items, kind="namedtuple", names=names, model=model)


def _call_arguments(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`inspect.getcallargs(function, ...)`: what each parameter would be given."""
    function = arguments.positional[0][1] if arguments.positional else None
    if not isinstance(function, Function):
        return machine.unknown(arguments.node, arguments.values())
    scope = Scope()
    bind_parameters(machine, function, replace(arguments, positional=arguments.positional[1:]), scope)
    return Mapping(scope.names)


def _bound(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`function.__get__(owner, kind)`: the function as a method of an object."""
    values = [value for _, value in arguments.positional[:2]]
    match values:
        case [Function() as function, owner]:
            return function.bind(owner)
    return Opaque()


def _wrapper(machine: Machine, name: str, arguments: Arguments) -> Value:
    return Partial(External(WRAPPER), (), ())


def _first(machine: Machine, name: str, arguments: Arguments) -> Value:
    return arguments.positional[0][1] if arguments.positional else Opaque()


def _second(machine: Machine, name: str, arguments: Arguments) -> Value:
    return arguments.positional[1][1] if len(arguments.positional) > 1 else Opaque()


STANDARD: dict[str, Handler] = {
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": chain_of,
    "itertools.cycle": _some,
    "itertools.islice": _some,
    "itertools.repeat": _repeated,
    "itertools.zip_longest": _zipped,
    "itertools.product": _tuples,
    "itertools.combinations": _tuples,
    "itertools.permutations": _tuples,
    "functools.reduce": _reduce,
    "collections.defaultdict": _default_dict,
    "collections.namedtuple": _named_tuple,
    RECORD: _record,
    BINDING: _bound,
    "functools.wraps": _wrapper,
    "functools.update_wrapper": _first,
    WRAPPER: _first,
    "inspect.getcallargs": _call_arguments,
    "six.with_metaclass": _second,
    "tf.python.util.tf_decorator.make_decorator": _second,
}
"""Calls that only arrange what they are given."""
