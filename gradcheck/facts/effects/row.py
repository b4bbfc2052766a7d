"""What one library call does to a gradient: a row of the effects table, read on first use.

A row reads `<flow> [token]...`. The flow holds for every tensor argument that no token names:

    carry         the gradient passes
    none          the result does not depend on the argument's values (a shape, a rank, zeros like it)
    cut:<kind>    the values pass, the gradient does not
    cast          carry, but an integer-cast when the argument named by `to` is an integer or bool dtype
    object        keeps its arguments: a tensor as it is, a bare weight by reference or frozen (see keras:)

    arg:<name>@<position>=<kind|none>   this argument alone is cut, or has no influence
    out:<index>=<kind>                  this element of a tuple result is cut
    weight:<kind>                       a bare weight handed over is cut, a tensor is not
    to:<name>@<position>                where a cast's dtype stands
    off:<name>@<position>=<kind>        when this flag is False, a compiled function (not eager code) cuts
    keras:<2|3>                         the flow's cut exists under that Keras only; the other tokens carry
                                        their own mark behind the kind (`arg:x@0=numpy:3`)
    zero                                the lost gradient is zeros instead of None
    raises                              asking for the lost gradient raises instead of returning None
    made:<what>                         a class: the row says what calling an instance does, and <what> is
                                        where its methods' rows stand (`distribution`: `Distribution.sample`)
    weights                             an instance creates trainable weights
    sample:<reparam|no>                 whether a distribution's samples carry a gradient to its parameters
    sampled:<name>@<position>           the parameter to which they carry none although they do to others
    unread:<method>=<name>@<position>   a parameter that this statistic of a distribution does not depend on
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache
from importlib import import_module
from typing import NamedTuple

from gradcheck.base.modules import parts
from gradcheck.facts import effects
from gradcheck.report.kinds import BOTH_KERAS, Kind

_NO_TABLES = ("row", "versions")
MANY = ("arg:", "out:", "sampled:", "unread:")
"""Tokens that a row may hold more than once."""


class Flow(str, Enum):
    """What becomes of the gradient of a tensor argument."""

    CARRY = "carry"
    NONE = "none"
    CUT = "cut"
    CAST = "cast"
    OBJECT = "object"


_OF_FLOWS = {Flow.CAST: (Kind.INTEGER_CAST,), Flow.OBJECT: (Kind.CAPTURED_BY_OBJECT, Kind.SAMPLED)}


class Part(NamedTuple):
    """One argument (or output) that differs from the rest; without a kind its values have no influence."""

    name: str
    position: int
    kind: Kind | None
    keras: tuple[str, ...] = BOTH_KERAS


class Effect(NamedTuple):
    """One row, parsed; `keras` says under which Keras the flow's cut, or an object's capture, exists."""

    flow: Flow
    kind: Kind | None = None
    keras: tuple[str, ...] = BOTH_KERAS
    args: tuple[Part, ...] = ()
    outs: tuple[Part, ...] = ()
    weight: Part | None = None
    to: tuple[str, int] | None = None
    zero: bool = False
    raises: bool = False
    made: str = ""
    weights: bool = False
    reparameterised: bool | None = None
    sampled: tuple[Part, ...] = ()
    off: Part | None = None
    unread: tuple[tuple[str, Part], ...] = ()

    @property
    def kinds(self) -> frozenset[Kind]:
        """Every kind of cut that the row knows of."""
        parts = (*self.args, *self.outs, *self.sampled, *filter(None, (self.weight, self.off)))
        found = {self.kind, *(part.kind for part in parts), *_OF_FLOWS.get(self.flow, ())}
        return frozenset(kind for kind in found if kind)

    def argument(self, name: str | None, position: int | None) -> Part | None:
        """What is special about the argument passed under this name or at this position."""
        return next((part for part in self.args if name == part.name or position == part.position >= 0), None)

    def output(self, index: int) -> Part | None:
        """What is special about this element of a tuple result."""
        return next((part for part in self.outs if part.position == index), None)

    def ignores(self, method: str) -> tuple[Part, ...]:
        """The parameters that a statistic does not depend on."""
        return tuple(part for name, part in self.unread if name == method)


@cache
def libraries() -> frozenset[str]:
    """How the names of every library with a table begin: `tf`, `keras`, `einops`. Python is not one."""
    return frozenset(parts(effects.__path__)) - {*_NO_TABLES, "python"}


def is_library(dotted: str) -> bool:
    """Whether a canonical name belongs to a library that a table is about."""
    return dotted.partition(".")[0] in libraries()


@cache
def rows() -> dict[str, str]:
    """The rows of every table in this folder, by canonical name."""
    names = (name for name in parts(effects.__path__) if name not in _NO_TABLES)
    tables = (import_module(f"{effects.__name__}.{name}").EFFECTS for name in names)
    return {name: row for table in tables for name, row in table.items()}


@cache
def effect(name: str) -> Effect | None:
    """The effect of calling a canonical name (`tf.argmax`, `Tensor.numpy`); None when nothing is known of it.

    Example:
        >>> effect("tf.argmax").kind
        <Kind.NO_GRADIENT: 'no-gradient'>
    """
    row = rows().get(name)
    return None if row is None else parse(row)


def parse(row: str) -> Effect:
    """A row as a value; raises ValueError on a word it does not know."""
    head, *tokens = row.split()
    flow, _, kind = head.partition(":")
    fields = dict(_field(token) for token in tokens if not token.startswith(MANY))
    return Effect(
        flow=Flow(flow),
        kind=Kind(kind) if kind else None,
        args=tuple(_parts(tokens, "arg")),
        outs=tuple(_parts(tokens, "out")),
        sampled=tuple(_parts(tokens, "sampled")),
        unread=tuple(_unread(tokens)),
        **fields,  # type: ignore[arg-type]  # each token names a field of its own type
    )


def _field(token: str) -> tuple[str, object]:
    word, _, rest = token.partition(":")
    match word:
        case "zero" | "raises" | "weights" if not rest:
            return word, True
        case "made" if rest:
            return word, rest
        case "keras" if rest in BOTH_KERAS:
            return word, (rest,)
        case "weight" if rest:
            return word, _part("", -1, rest)
        case "to" if rest:
            return word, _slot(rest)
        case "off" if rest:
            slot, _, kind = rest.partition("=")
            return word, _part(*_slot(slot), kind)
        case "sample" if rest in ("reparam", "no"):
            return "reparameterised", rest == "reparam"
    raise ValueError(f"unknown token {token!r}")


def _parts(tokens: list[str], word: str) -> Iterator[Part]:
    for token in tokens:
        if token.startswith(word + ":"):
            slot, _, kind = token[len(word) + 1 :].partition("=")
            yield _part(*(("", int(slot)) if word == "out" else _slot(slot)), kind or Kind.SAMPLED.value)


def _unread(tokens: list[str]) -> Iterator[tuple[str, Part]]:
    for token in tokens:
        if token.startswith("unread:"):
            method, _, slot = token.partition(":")[2].partition("=")
            yield method, Part(*_slot(slot), None)


def _slot(text: str) -> tuple[str, int]:
    name, _, position = text.partition("@")
    return name, int(position)


def _part(name: str, position: int, text: str) -> Part:
    kind, _, keras = text.partition(":")
    return Part(name, position, None if kind == "none" else Kind(kind), (keras,) if keras else BOTH_KERAS)
