"""What every layer call was given and gave back: tells which layer was handed a value and left it alone.

Knows no TensorFlow: tensors are numbers here, as in the trace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType

from gradcheck.probe.engine.watch.frames import Stack

Path = tuple[int | str, ...]
"""Where a tensor lies in an argument: nothing for the argument itself, `(1,)` for the second of a list."""


@dataclass(frozen=True)
class Given:
    """A parameter of a layer's own `call`, and where in it a tensor lies."""

    code: CodeType
    parameter: str
    path: Path


@dataclass
class LayerCall:
    """One call of a layer, from operation `start` to before `end`.

    `layer` is its id, `stack` the user's line that called it, `code` the code of its `call` if that is the
    user's; `given` maps the tensors it was handed to their
    parameters, `made` are the tensors it returned; `recurrent` says whether it keeps a state from step to
    step.
    """

    start: int
    depth: int
    layer: int
    stack: Stack
    code: CodeType | None
    given: Mapping[int, Given | None]
    end: int = 1 << 60
    made: frozenset[int] = frozenset()
    recurrent: bool = False

    def holds(self, index: int) -> bool:
        """Whether an operation ran inside this call."""
        return self.start <= index < self.end


@dataclass
class Calls:
    """Every layer call, in the order they began."""

    calls: list[LayerCall] = field(default_factory=list)

    def last(self, tensors: Collection[int]) -> LayerCall | None:
        """The innermost layer that was handed one of these tensors."""
        found = [call for call in self.calls if not call.given.keys().isdisjoint(tensors)]
        return max(found, key=lambda call: (call.depth, call.start), default=None)

    def handed(self, tensors: Collection[int]) -> Iterator[tuple[LayerCall, int, Given]]:
        """The calls of the user's layers that were handed some of these tensors, the innermost and latest
        first.
        """
        for call in sorted(self.calls, key=lambda call: (-call.depth, -call.start)):
            for tensor, given in call.given.items():
                if given is not None and tensor in tensors:
                    yield call, tensor, given

    def keeper(self, tensor: int) -> Given | None:
        """The parameter of a user's layer that was handed a tensor more than once and gave it back each time:
        a state that is never replaced.
        """
        kept = [call for call in self.calls if tensor in call.given and tensor in call.made]
        given = kept[0].given[tensor] if len(kept) > 1 else None
        return given if all(call.layer == kept[0].layer for call in kept) else None

    def starting_anew(self, outer: LayerCall) -> LayerCall | None:
        """The one recurrent layer inside this call that was handed a sequence and no state."""
        inside = [call for call in self.calls if call.recurrent and outer.holds(call.start)]
        bare = [call for call in inside if call is not outer and len(call.given) == 1]
        return bare[0] if len(inside) == 1 and bare and bare[0].stack else None

    def since(self, start: int) -> list[LayerCall]:
        """Those that began at this operation or later."""
        return [call for call in self.calls if call.start >= start]

    def around(self, index: int) -> Iterator[LayerCall]:
        """The calls an operation ran in, the innermost first."""
        found = [call for call in self.calls if call.holds(index)]
        yield from sorted(found, key=lambda call: -call.depth)

    def returned(self, index: int, tensors: Collection[int]) -> tuple[bool, CodeType | None]:
        """Whether a value leaves every layer it was made in; if not, the code of the layer it stays in."""
        for call in self.around(index):
            if call.made.isdisjoint(tensors):
                return False, call.code
        return any(True for _ in self.around(index)), None


def positional(code: CodeType, count: int) -> list[str]:
    """What the first arguments of a method are called in its own code."""
    own = code.co_varnames[1 : code.co_argcount]
    spread = code.co_varnames[code.co_argcount + code.co_kwonlyargcount :][:1]
    return [own[at] if at < len(own) else "".join(spread) for at in range(count)]
