"""Where weights and layers were created: every variable and layer, with the user's line that made it."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.frames import Frames, Stack, key
from gradcheck.report.finding import OF_NOTHING

_OWNERS = (("Layer", ""), ("Loss", "loss"), ("Regularizer", "regularizer"), ("Module", "module"))
_BUILDERS = frozenset({"build", "call", "__call__", "__init__", "_maybe_build", "build_wrapper"})


@dataclass(frozen=True)
class Facts:
    """What a report says of a variable."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str


@dataclass(eq=False)
class Born:
    """One variable: what holds it, where it was made, and whether the user's code ever wrote to it."""

    order: int
    variable: weakref.ref[Any]
    stack: Stack
    keras: weakref.ref[Any] | None = None
    owner: str = ""
    assigned: int = 0
    facts: Facts | None = None
    _constrained: bool = False
    _trained: bool = False

    def describe(self) -> Facts | None:
        """Its name, shape and type, kept from the first time anyone asked: it may be gone by the time of the
        report.
        """
        holder = self.holder
        if holder is not None:
            self._trained = self.trainable
        if holder is not None and (self.facts is None or not self.facts.name):
            self._constrained = getattr(holder, "constraint", None) is not None
            self.facts = Facts(versions.label(holder), versions.shape(holder), versions.dtype(holder))
        return self.facts

    @property
    def holder(self) -> Any | None:
        """The object its author would name: the Keras variable where there is one."""
        held = self.keras() if self.keras is not None else None
        return held if held is not None else self.variable()

    @property
    def constrained(self) -> bool:
        """Whether something is done to its value after each update."""
        self._constrained |= getattr(self.holder, "constraint", None) is not None
        return self._constrained

    @property
    def trainable(self) -> bool:
        """Whether it is meant to change."""
        holder = self.holder
        return holder is not None and bool(getattr(holder, "trainable", False))

    @property
    def trained(self) -> bool:
        """Whether it is meant to change, or was when it was described last and is gone by now."""
        return self._trained if self.holder is None else self.trainable


@dataclass(frozen=True)
class Made:
    """One layer and the user's line that constructed it."""

    order: int
    layer: weakref.ref[Any]
    stack: Stack


def _apart(stack: Stack, others: Sequence[Stack]) -> Stack:
    """A stack from the first frame on that others do not share, which begin on the same line."""
    for depth in range(1, len(stack)):
        if any(len(other) > depth and key(other[depth]) != key(stack[depth]) for other in others):
            return stack[depth:]
    return stack


class Births:
    """The register. Variables are found again by the number of their resource."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._weights: dict[int, Born] = {}
        self._layers: dict[int, Made] = {}
        self.early: list[tuple[weakref.ref[Any], Stack]] = []
        self._copies: dict[int | None, int | None] = {}
        self._deferred: list[tuple[weakref.ref[Any], Stack]] = []

    def variable(self, variable: Any, frame: FrameType | None) -> None:
        """A `tf.Variable` came to be."""
        found = versions.handle(variable)
        if found is not None and found not in self._weights:
            born = Born(len(self._weights), weakref.ref(variable), self.origin(frame))
            born.owner = self._owner(frame)
            self._weights[found] = born

    def keras_variable(self, variable: Any, frame: FrameType | None) -> None:
        """A `keras.Variable` came to be; its value may come later."""
        self._deferred.append((weakref.ref(variable), self.origin(frame)))

    def read_early(self, variable: Any, frame: FrameType | None) -> None:
        """A `keras.Variable` is read before it has a value: a scratch graph is being built."""
        if stack := self._frames.stack(frame):
            self.early.append((weakref.ref(variable), stack))

    def layer(self, layer: Any, frame: FrameType | None) -> None:
        """A layer came to be."""
        known = self._layers.get(id(layer))
        if known is None or known.layer() is not layer:
            self._layers[id(layer)] = Made(len(self._layers), weakref.ref(layer), self.origin(frame))

    def read(self, variable: Any, stack: Stack) -> None:
        """A variable is older than this register; its line was read in the source."""
        found = versions.handle(variable)
        value = getattr(variable, "_value", None)  # what a variable of Keras 3 is made of
        if found is not None and found not in self._weights:
            keras = None if value is None else weakref.ref(variable)
            held = weakref.ref(variable if value is None else value)
            self._weights[found] = Born(len(self._weights), held, stack, keras)

    def find(self, source: Any) -> Born | None:
        """The variable behind a gradient's source; None for a tensor."""
        found = versions.handle(source)
        if found is None:
            return None
        self._settle()
        if found not in self._weights and hasattr(source, "trainable"):
            self._weights[found] = Born(len(self._weights), weakref.ref(source), ())
        return self.by_number(found)

    def by_number(self, number: int | None) -> Born | None:
        """The variable of this resource."""
        self._settle()
        first = self._copies.get(number, number)
        return None if first is None else self._weights.get(first)

    def mirrored(self, copies: Iterable[Any]) -> None:
        """These are one variable, on several devices: the first stands for all."""
        numbers = [versions.handle(copy) for copy in copies]
        self._copies.update((number, numbers[0]) for number in numbers[1:])

    def copies(self, model: Any) -> None:
        """The variables of a model that is older than this register, each with its copies."""
        with suppress(ValueError):  # A model that is not built yet has none, and may say so by raising.
            for variable in getattr(model, "variables", ()):
                values = getattr(getattr(variable, "_value", variable), "values", None)
                if isinstance(values, tuple):
                    self.mirrored(values)

    def numbers(self, born: Born) -> list[int]:
        """What identifies a variable: its resource, and those of its copies on other devices."""
        first = versions.handle(born.variable())
        copies = [number for number, of in self._copies.items() if of == first]
        return [number for number in (first, *copies) if number is not None]

    def weights(self) -> list[Born]:
        """Every variable that still exists, in the order of birth."""
        self._settle()
        return [born for born in self._weights.values() if born.holder is not None]

    def layers(self) -> Iterator[tuple[Any, Stack]]:
        """Every layer that still exists, in the order of construction."""
        for made in list(self._layers.values()):
            layer = made.layer()
            if layer is not None:
                yield layer, made.stack

    def made(self, layer: Any) -> Stack:
        """The user's line that constructed a layer."""
        known = self._layers.get(id(layer))
        return known.stack if known is not None and known.layer() is layer else ()

    def maker(self, layer: Any) -> Stack:
        """Who made a layer: where a line of a factory makes several, the line that called it for this one."""
        stack = self.made(layer)
        others = [
            other
            for one, other in self.layers()
            if one is not layer and stack and other and key(other[0]) == key(stack[0])
        ]
        return _apart(stack, others)

    def factory(self, born: Born) -> Stack:
        """Who made a variable: where a line of a plain function makes several, the line that called it for
        this one."""
        stack = born.stack
        if len(stack) < 2 or len(stack[0].names) > 1:
            return stack
        others = [one.stack for one in self.weights() if one is not born and one.stack]
        return _apart(stack, [other for other in others if key(other[0]) == key(stack[0])])

    def origin(self, frame: FrameType | None) -> Stack:
        """Who made this, as its author sees it.

        The innermost line of the user's, except for what a library layer creates inside itself: that was made
        by the line that constructed the layer, not by the one that happened to call it first.
        """
        builder: Any = None
        while frame is not None:
            if self._frames.is_own(frame.f_code):
                if builder is not None and frame.f_locals.get("self") is not builder:
                    return self.made(builder)
                return self._frames.stack(frame)
            if builder is None and frame.f_code.co_name in _BUILDERS:
                owner = frame.f_locals.get("self")
                builder = owner if self.made(owner) else None
            frame = frame.f_back
        return ()

    def _owner(self, frame: FrameType | None) -> str:
        """What kind of object's code creates a variable, where that is no Keras layer."""
        while frame is not None and not self._frames.is_own(frame.f_code):
            if isinstance(frame.f_locals.get("self"), _layers()):
                return ""
            frame = frame.f_back
        while frame is not None and self._frames.is_own(frame.f_code):
            maker = frame.f_locals.get("self")
            if maker is not None:
                kinds = {one.__name__ for one in type(maker).__mro__}
                return next((owner for name, owner in _OWNERS if name in kinds), "object")
            frame = frame.f_back
        return OF_NOTHING

    def _settle(self) -> None:
        """Give each Keras variable to the `tf.Variable` it has got by now."""
        waiting = []
        for reference, stack in self._deferred:
            variable = reference()
            found = None if variable is None else _valued(variable)
            if variable is None:
                continue
            if found is None:
                waiting.append((reference, stack))
                continue
            born = self._weights.setdefault(found, Born(len(self._weights), reference, stack))
            born.keras, born.stack = reference, stack
        self._deferred = waiting


def _layers() -> tuple[type, ...]:
    return tuple(keras.layer for keras in versions.loaded())


def _valued(variable: Any) -> int | None:
    value = getattr(variable, "_value", None)
    return None if value is None else versions.handle(value)
