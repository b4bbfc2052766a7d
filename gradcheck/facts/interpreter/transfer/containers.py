"""Methods of lists and dicts."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.values import (
    NONE,
    UNTRACKED_CONSTANT,
    Constant,
    Lazy,
    Mapping,
    Method,
    Opaque,
    Sequence,
    Value,
    Variables,
    Zip,
    plain,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.sequences import element
from gradcheck.facts.interpreter.transfer.set_up import lacks_for_good, settled
from gradcheck.report.fate import Reason


def sequence_method(machine: Machine, method: Method, arguments: Arguments) -> Value:
    receiver, values = method.receiver, arguments.values()
    if isinstance(receiver, Zip):
        return Opaque()
    assert isinstance(receiver, Sequence)
    if method.name not in ("copy", "index", "count"):
        receiver.size = None
    match method.name:
        case "append" | "add" | "appendleft" | "insert":
            _put_in(machine, receiver, method.name, values)
        case "extend" | "update":
            for value in values:
                if isinstance(value, Sequence):
                    receiver.items += value.items
                    receiver.many = receiver.many or value.many or machine.here.branches > receiver.branches
                else:
                    together = isinstance(value, Variables)
                    receiver.items.append(value if together else element(machine, value, arguments.node))
                    receiver.many = True
        case "pop" | "popleft":
            return machine.join(receiver.items, arguments.node) if receiver.items else Opaque()
        case "reverse":
            receiver.items = receiver.items[::-1]
        case "index":
            return _place_of(receiver, values)
        case "copy":
            return Sequence(list(receiver.items), receiver.many, receiver.kind)
        case "_asdict":
            return Mapping(dict(zip(receiver.names, receiver.items, strict=False)))
        case "_replace":
            return _replaced(receiver, arguments)
        case _:
            return UNTRACKED_CONSTANT
    return NONE


def _put_in(machine: Machine, receiver: Sequence, how: str, values: list[Value]) -> None:
    """One more item, at the end or where it is told."""
    place = {"insert": plain(values[0]) if values else None, "appendleft": 0}.get(how, len(receiver.items))
    at = place if isinstance(place, int) else len(receiver.items)
    receiver.items[at:at] = values[-1:]
    receiver.many = receiver.many or machine.here.branches > receiver.branches or at is not place


def _place_of(receiver: Sequence, values: list[Value]) -> Value:
    """Where a list holds a name or a number, if that is known of every item; the layer that stands for a
    model's input may have any name."""
    wanted = plain(values[0]) if len(values) == 1 else None
    items = [plain(one) for one in receiver.items]
    known = not receiver.many and wanted is not None and None not in items[1:] and wanted in items
    return Constant(items.index(wanted)) if known else UNTRACKED_CONSTANT


def _replaced(record: Sequence, arguments: Arguments) -> Sequence:
    """A named tuple with some of its fields exchanged."""
    given = {word: value for word, _, value in arguments.keywords}
    items = [given.get(word, item) for word, item in zip(record.names, record.items, strict=False)]
    return Sequence(items, kind=record.kind, names=record.names)


def mapping_method(machine: Machine, method: Method, receiver: Mapping, arguments: Arguments) -> Value:
    values = [*receiver.entries.values(), *receiver.rest]
    joined = machine.join(values, arguments.node) if values else Opaque()
    match method.name:
        case "get" | "pop" | "setdefault":
            return _mapping_get(machine, method, receiver, arguments, joined)
        case "items":
            keyed = [
                Sequence([Constant(key), value], kind="tuple") for key, value in receiver.entries.items()
            ]
            other = [Sequence([UNTRACKED_CONSTANT, value], kind="tuple") for value in receiver.rest]
            return Sequence([*keyed, *other], many=bool(other) or not keyed)
        case "values":
            return Sequence(values, many=bool(receiver.rest) or not values, kind="view")
        case "keys":
            keys: list[Value] = [Constant(key) for key in receiver.entries]
            return Sequence(keys or [UNTRACKED_CONSTANT], many=bool(receiver.rest) or not keys)
        case "update":
            fill(machine, receiver, arguments)
            return NONE
        case "copy":
            return Mapping(dict(receiver.entries), list(receiver.rest), receiver.kind)
    return Opaque()


def fill(machine: Machine, into: Mapping, arguments: Arguments) -> None:
    """What `dict(...)` and `update(...)` put in: other dicts, lists of pairs and keywords."""
    for _, value in arguments.positional:
        match value:
            case Mapping():
                _take_up(machine, into, value, arguments)
            case Sequence() if not isinstance(value, Lazy):
                _take_up(machine, into, _of_pairs(value), arguments)
            case _:
                _take_up(machine, into, Mapping(rest=[element(machine, value, arguments.node)]), arguments)
    _take_up(machine, into, Mapping({word: value for word, _, value in arguments.keywords}), arguments)


def _of_pairs(pairs: Sequence) -> Mapping:
    made = Mapping()
    for pair in pairs.items:
        key, value = pair.items if isinstance(pair, Sequence) and len(pair.items) == 2 else (None, pair)
        word = plain(key)
        if isinstance(word, (str, int)):
            made.entries[word] = value
        else:
            made.rest.append(value)
    return made


def _take_up(machine: Machine, into: Mapping, given: Mapping, arguments: Arguments) -> None:
    for key, value in given.entries.items():
        put(into, key, value)
    into.rest += given.rest
    if into.attributes_of is not None and given.rest:
        # Kept under names that are not known.
        machine.escape(into.attributes_of, arguments.node, Reason.ATTRIBUTE)


def put(into: Mapping, key: str | int, value: Value) -> None:
    """One entry of a dict; of an object's `__dict__`, an attribute that its class never hears of."""
    into.entries[key] = value
    if into.attributes_of is not None:
        into.attributes_of.hidden.add(str(key))


def _mapping_get(
    machine: Machine, method: Method, receiver: Mapping, arguments: Arguments, joined: Value
) -> Value:
    key, default = arguments.get("key", 0), arguments.get("default", 1)
    word = plain(key)
    if method.name == "setdefault" and default is not None:
        receiver.rest.append(default)
        receiver.defaulted.append(default)
        return machine.join([joined, default], arguments.node) if receiver.entries else default
    if isinstance(word, (str, int)) and word in receiver.entries:
        return receiver.entries[word]
    if (missing := settled(machine, arguments.node)) is not None:
        return missing
    if method.name == "get" and isinstance(word, str) and lacks_for_good(machine, receiver, arguments.node):
        return default or NONE
    if isinstance(word, str) and method.name == "get" and _written_down(receiver):
        joined = Opaque(label=word)
    return machine.join([joined, default], arguments.node) if default is not None else joined


def _written_down(mapping: Mapping) -> bool:
    """Whether every entry of a dict is known by its whole key: what is kept under others is not meant."""
    loose = mapping.rest or mapping.default or mapping.lent
    return bool(mapping.entries) and not loose and not any("{" in str(key) for key in mapping.entries)
