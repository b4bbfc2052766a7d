"""The verdicts of several examples of one callable: the strongest wins."""

from __future__ import annotations

from typing import Any

from . import tape
from .guesses import Argument, Leaf, Slot

Seen = dict[str, Any]
"""What was seen of one callable, ready for JSON."""


class Tally:
    """Verdicts per argument and output, the example that showed the most, and the profiles that decided."""

    def __init__(self) -> None:
        self.examples: list[str] = []
        self.count = 0
        """How many examples showed something."""
        self.pairs: dict[tuple[str, int], str] = {}
        self.floats: set[str] = set()
        self.kinds: tuple[str, ...] = ()
        self.raises = False
        self.is_tuple = True
        self.best: dict[str, Argument] = {}

    def add(self, profile: str, arguments: dict[str, Argument], measured: tape.Measured) -> None:
        """Counts one more example."""
        if self.kinds and len(measured.kinds) != len(self.kinds):
            measured.pairs, self.pairs = _collapsed(measured.pairs), _collapsed(self.pairs)
        if not self.examples or (not self.carries and "carry" in measured.pairs.values()):
            self.best, self.kinds = arguments, measured.kinds
        before = dict(self.pairs)
        self.count += any(verdict != "none" for verdict in measured.pairs.values())
        self.floats |= {name for name, one in arguments.items() if isinstance(one, Leaf) and one.is_float}
        self.raises = self.raises or measured.raises
        self.is_tuple = self.is_tuple and measured.is_tuple
        for key, verdict in measured.pairs.items():
            self.pairs[key] = tape.strongest((verdict, self.pairs.get(key, tape.NONE)))
        if self.pairs != before or not self.examples:
            self.examples.append(profile)

    @property
    def carries(self) -> bool:
        """Whether some argument carries to some output."""
        return "carry" in self.pairs.values()

    @property
    def is_settled(self) -> bool:
        """Whether further examples could not change anything: every float argument is known to carry."""
        floats = [verdict for (name, _), verdict in self.pairs.items() if name in self.floats]
        return bool(floats) and all(verdict == "carry" for verdict in floats)

    def seen(self, parameters: tuple[Slot, ...]) -> Seen:
        """The verdicts per argument (over all outputs) and per output (over all arguments)."""
        place = {slot.name: slot.position for slot in parameters}
        names = dict.fromkeys(name for name, _ in self.pairs)
        outputs = sorted({index for _, index in self.pairs})
        each = [tape.strongest(self.pairs.get((n, i), "none") for n in names) for i in outputs]
        over = {n: tape.strongest(self.pairs.get((n, i), "none") for i in outputs) for n in names}
        return {
            "args": [[name, place.get(name, -1), verdict] for name, verdict in over.items()],
            "outs": each if self.is_tuple and len(each) > 1 else [],
            "kinds": list(self.kinds),
            "raises": self.raises,
            "examples": self.examples,
        }


def _collapsed(pairs: dict[tuple[str, int], str]) -> dict[tuple[str, int], str]:
    """Verdicts over all outputs, for callables whose number of outputs depends on the example."""
    names = dict.fromkeys(name for name, _ in pairs)
    return {(n, 0): tape.strongest(v for (m, _), v in pairs.items() if m == n) for n in names}
