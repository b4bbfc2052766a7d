"""Python's own functions."""

from __future__ import annotations

from collections.abc import Callable

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.values import (
    UNTRACKED_CONSTANT,
    Choice,
    ClassRef,
    Constant,
    Instance,
    Lazy,
    Mapping,
    Opaque,
    Sequence,
    Super,
    Tensor,
    Value,
    WeightRef,
    Zip,
    known_size,
)
from gradcheck.facts.interpreter.log import PassedOver
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.containers import fill
from gradcheck.facts.interpreter.transfer.named_by_text import (
    evaluate_text,
    get_attribute_by_name,
    get_attributes,
    set_attribute_by_name,
    set_attribute_of_object,
)
from gradcheck.facts.interpreter.transfer.sequences import element, elements, joined
from gradcheck.facts.interpreter.transfer.tf_nest import flattened, map_structure, packed
from gradcheck.report.kinds import Kind

ROUNDED: dict[str, Callable[[float], float]] = {
    "builtins.int": lambda number: float(abs(number) >= 1.0),
    "builtins.round": lambda number: float(abs(number) > 0.5),
}
"""What makes whole numbers of others: whether anything is left."""

Handler = Callable[[Machine, str, Arguments], Value]


def _constant(machine: Machine, name: str, arguments: Arguments) -> Value:
    return UNTRACKED_CONSTANT


def _number(machine: Machine, name: str, arguments: Arguments) -> Value:
    if all(isinstance(value, Constant) for value in arguments.values()):
        return _whole(name, arguments)
    return machine.compute(
        arguments.node, arguments.values(), kind=Kind.PYTHON_NUMBER, detail=f"{name.rpartition('.')[2]}()"
    )


def _whole(name: str, arguments: Arguments) -> Value:
    """What `int(0.5)` and `round(0.3)` leave of a number."""
    values = arguments.values()
    number = values[0].value if len(values) == 1 and isinstance(values[0], Constant) else None
    if not isinstance(number, float) or name not in ROUNDED or ROUNDED[name](number) != 0:
        return UNTRACKED_CONSTANT
    return Constant(0, rounded=number != 0)


def _rounded(machine: Machine, name: str, arguments: Arguments) -> Value:
    return _whole(name, arguments)


def _smallest(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`min(1, epoch // 100)`: no more than a zero that is one of several, and numbers that are not less."""
    values = arguments.values()
    zero = next((value for value in values if isinstance(value, Constant) and value.rounded), None)
    if zero is not None and all(_not_negative(value) for value in values):
        return zero
    return _arithmetic(machine, name, arguments)


def _not_negative(value: Value) -> bool:
    number = value.value if isinstance(value, Constant) and value.known else None
    return isinstance(number, (int, float)) and number >= 0


def _length(machine: Machine, name: str, arguments: Arguments) -> Value:
    """How many elements a list has that is written out."""
    for _, value in arguments.positional[:1]:
        if isinstance(value, Sequence) and not isinstance(value, Lazy) and not value.many:
            return Constant(len(value.items))
        if isinstance(value, Mapping) and not value.rest and value.entries and value.kind != "namespace":
            return Constant(len(value.entries))
    return UNTRACKED_CONSTANT


def _arithmetic(machine: Machine, name: str, arguments: Arguments) -> Value:
    values = [
        inner for value in arguments.values() for inner in (elements(machine, value, arguments.node)[0])
    ]
    if all(isinstance(value, Constant) for value in values):
        return UNTRACKED_CONSTANT
    return machine.compute(arguments.node, values)


def _sum(machine: Machine, name: str, arguments: Arguments) -> Value:
    """Of lists, that begins with an empty one, their items."""
    lists = isinstance(arguments.get("start", 1), Sequence)
    return (chain_of if lists else _arithmetic)(machine, name, arguments)


def chain_of(machine: Machine, name: str, arguments: Arguments) -> Value:
    """The items of each list of an iterable: also of `chain.from_iterable(lists)`."""
    lists, many = elements(machine, arguments.get("iterable", 0) or Opaque(), arguments.node)
    return joined(machine, lists, arguments.node, many=many)


def _super(machine: Machine, name: str, arguments: Arguments) -> Value:
    function = machine.frame.function
    frame = machine.frame
    while function is not None and function.bound is None and frame.outer is not None:
        frame = frame.outer
        function = frame.function
    named = arguments.values()[0] if arguments.values() else None
    if function is not None and isinstance(function.bound, Instance):
        return Super(function.bound, named.model if isinstance(named, ClassRef) else function.owner)
    return Opaque()


def _zip(machine: Machine, name: str, arguments: Arguments) -> Value:
    _note_short(machine, arguments)
    made = Zip(tuple(arguments.values()))
    machine.log.zipped.append((made, machine.site(arguments.node)))
    return made


def _note_short(machine: Machine, arguments: Arguments) -> None:
    """`zip` stops with its shortest: what is left of the others is passed over."""
    lists = [(node, one) for node, one in arguments.positional if isinstance(one, Sequence)]
    sizes = [(node, one, one.length) for node, one in lists if not isinstance(one, Lazy)]
    known = [(node, one, size) for node, one, size in sizes if size is not None]
    shortest = min((size for _, _, size in known), default=0)
    for node, one, size in known if shortest else ():
        if size > shortest:
            machine.log.passed_over.append(PassedOver(one, node, shortest, machine.site(arguments.node)))


def _enumerate(machine: Machine, name: str, arguments: Arguments) -> Value:
    values = arguments.values()
    if not values:
        return Opaque()

    def produce() -> tuple[list[Value], bool]:
        inner = element(machine, values[0], arguments.node)
        return [Sequence([UNTRACKED_CONSTANT, inner], kind="tuple")], True

    made = _taken_later(machine, produce)
    made.size, made.over = known_size(values[0]), values[0]
    return made


def _taken_later(machine: Machine, produce: Callable[[], tuple[list[Value], bool]]) -> Lazy:
    """What runs when its items are taken, but where it stands."""
    frame = machine.frame

    def run() -> tuple[list[Value], bool]:
        with machine.during(frame=frame):
            return produce()

    return Lazy(run)


def _range(machine: Machine, name: str, arguments: Arguments) -> Value:
    bounds = [value.value for value in arguments.values() if isinstance(value, Constant) and value.known]
    exact = len(bounds) == len(arguments.values()) and all(type(bound) is int for bound in bounds)
    size = (
        max(bounds[-1] - (bounds[0] if len(bounds) == 2 else 0), 0) if exact and 0 < len(bounds) < 3 else None
    )
    counter = Constant(known=False, below=size) if size and len(bounds) == 1 else UNTRACKED_CONSTANT
    return Sequence([counter], many=True, size=size)


def _same_items(machine: Machine, name: str, arguments: Arguments) -> Value:
    values = arguments.values()
    if not values:
        return Sequence()
    if isinstance(values[0], Lazy) and name == "builtins.iter":
        return values[0]
    if isinstance(values[0], Zip):
        return values[0] if name == "builtins.iter" else Zip(values[0].parts, listed=True)
    if isinstance(values[0], Sequence):
        kind = name.rpartition(".")[2]
        items = values[0].items[::-1] if kind == "reversed" else list(values[0].items)
        return Sequence(items, values[0].many, kind, values[0].size)
    if isinstance(values[0], Choice):
        return machine.join(
            [
                _same_items(machine, name, Arguments(arguments.node, ((arguments.node, option),)))
                for option in values[0].options
            ],
            arguments.node,
        )
    if isinstance(values[0], (Tensor, WeightRef, Opaque, Constant, Mapping)):
        return Sequence([element(machine, values[0], arguments.node)], many=True)
    return values[0]


def _deque(machine: Machine, name: str, arguments: Arguments) -> Value:
    if not arguments.positional:
        return Sequence(kind="deque")
    node, items = arguments.positional[0]
    inside, many = elements(machine, items, node)
    return Sequence(list(inside), many, kind="deque")


def _map(machine: Machine, name: str, arguments: Arguments) -> Value:
    if len(arguments.positional) < 2:
        return Opaque()
    (_, function), *sources = arguments.positional

    def produce() -> tuple[list[Value], bool]:
        with machine.maybe():
            given = [element(machine, value, node) for node, value in sources]
            return [machine.invoke(function, given, arguments.node)], True

    return _taken_later(machine, produce)


def _filter(machine: Machine, name: str, arguments: Arguments) -> Value:
    values = arguments.values()
    if not values:
        return Opaque()
    return _taken_later(machine, lambda: ([element(machine, values[-1], arguments.node)], True))


def _next(machine: Machine, name: str, arguments: Arguments) -> Value:
    return element(machine, arguments.values()[0], arguments.node) if arguments.values() else Opaque()


def _dict(machine: Machine, name: str, arguments: Arguments) -> Value:
    result = Mapping()
    fill(machine, result, arguments)
    return result


PYTHON: dict[str, Handler] = {
    "builtins.eval": evaluate_text,
    "builtins.super": _super,
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.range": _range,
    "builtins.list": _same_items,
    "builtins.tuple": _same_items,
    "builtins.set": _same_items,
    "builtins.frozenset": _same_items,
    "collections.deque": _deque,
    "builtins.sorted": _same_items,
    "builtins.reversed": _same_items,
    "builtins.iter": _same_items,
    "builtins.next": _next,
    "builtins.map": _map,
    "tf.nest.map_structure": map_structure,
    "tf.nest.flatten": flattened,
    "tf.nest.pack_sequence_as": packed,
    "keras.tree.flatten": flattened,
    "keras.tree.pack_sequence_as": packed,
    "builtins.filter": _filter,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.len": _length,
    "builtins.float": _number,
    "builtins.int": _number,
    "builtins.round": _rounded,
    "builtins.bool": _number,
    "builtins.complex": _number,
    "builtins.sum": _sum,
    "builtins.max": _arithmetic,
    "builtins.min": _smallest,
    "builtins.abs": _arithmetic,
    "builtins.pow": _arithmetic,
    "builtins.vars": get_attributes,
    "builtins.getattr": get_attribute_by_name,
    "builtins.setattr": set_attribute_by_name,
    "builtins.object.__setattr__": set_attribute_of_object,
    **dict.fromkeys(
        (
            "builtins.print",
            "builtins.isinstance",
            "builtins.issubclass",
            "builtins.hasattr",
            "builtins.str",
            "builtins.repr",
            "builtins.type",
            "builtins.id",
            "builtins.format",
            "builtins.any",
            "builtins.all",
            "builtins.callable",
            "builtins.hash",
            "inspect.signature",
            "inspect.fullargspec",
            "inspect.getargspec",
            "inspect.getfullargspec",
            "inspect.getsource",
            "inspect.getmembers",
            "inspect.isclass",
            "inspect.ismethod",
            "tf.TensorShape",
            "tf.nest.assert_same_structure",
            "tf.TensorSpec",
            "tf.print",
            "tf.debugging.assert_equal",
            "tf.name_scope",
            "keras.utils.set_random_seed",
            "tf.random.set_seed",
        ),
        _constant,
    ),
}
"""Calls that Python, or a library that only talks or seeds, answers without a gradient in play."""
