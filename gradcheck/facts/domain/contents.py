"""What values hold inside: the elements of containers, at any depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Items

from gradcheck.facts.domain.scope import same
from gradcheck.facts.domain.values import (
    Choice,
    Constant,
    External,
    Mapping,
    Method,
    Sequence,
    Tensor,
    Value,
    Zip,
)


def flatten(value: Value | None, depth: int = 6) -> Iterator[Value]:
    """A value and everything inside its containers, each once."""
    return iter(()) if value is None else _flat(value, depth, {})


def _flat(value: Value, depth: int, seen: dict[int, int]) -> Iterator[Value]:
    items = inside(value) if isinstance(value, (Sequence, Mapping, Choice)) else None
    if items is None:
        yield value
        return
    for item in items if depth > 1 else ():
        if seen.get(id(item), 0) < depth:
            seen[id(item)] = depth
            yield from _flat(item, depth - 1, seen)


def inside(value: Value) -> Items[Value] | None:
    """The elements of a container; None for any other value."""
    match value:
        case Sequence():
            return value.items
        case Mapping():
            return [*value.entries.values(), *value.rest]
        case Choice():
            return value.options
        case Method():
            return (value.receiver,)
        case Zip():
            return value.parts
    return None


def size(value: Sequence | Mapping) -> int:
    """How many elements a container holds."""
    return len(value.items) if isinstance(value, Sequence) else len(value.entries) + len(value.rest)


def is_symbolic(value: Value | None) -> bool:
    """Whether a value is, or holds, a Keras placeholder."""
    if isinstance(value, Tensor):
        return value.symbolic
    if not isinstance(value, (Sequence, Mapping, Choice)):
        return False
    return any(isinstance(held, Tensor) and held.symbolic for held in flatten(value))


def distinct(values: Iterable[Value], most: int) -> list[Value]:
    """The values that can be told apart, each once, and of those that are compared no more than `most`."""
    options: dict[int, Value] = {}
    known: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, Choice) else (value,):
            if isinstance(option, (Constant, External)) and id(option) not in options:
                if len(known) > most or any(same(option, other) for other in known):
                    continue
                known.append(option)
            options[id(option)] = option
    return [*options.values()]
