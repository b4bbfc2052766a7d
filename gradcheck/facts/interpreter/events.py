"""What a program does to its models, in order: flags set, `compile`, `fit`. For questions about timing."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.values import Instance, Layer, Value

if TYPE_CHECKING:
    import ast

    from gradcheck.facts.domain.frames import Frame
    from gradcheck.facts.domain.graph import Site


class Did(str, Enum):
    """What happened to a model or layer."""

    FLAG = "an attribute was set"
    COMPILE = "compiled"
    FIT = "trained"
    BUILD = "its weights were created"
    LIST = "its variables were listed"


@dataclass(frozen=True, eq=False)
class Event:
    """One thing done to one model: with the attribute's name and value for a flag, the branches taken, and
    the loops around it, outermost first."""

    did: Did
    owner: Value
    site: Site
    word: str = ""
    value: Value | None = None
    path: tuple[tuple[int, int], ...] = ()
    loops: tuple[ast.stmt, ...] = ()

    @property
    def entry(self) -> Frame:
        """The frame of the entry point that did it."""
        return self.site.frame.outermost


@dataclass(frozen=True, eq=False)
class Training:
    """What `fit` was taken to do: the compiled settings, what the model returned, and the loss's nodes."""

    owner: Instance | Layer
    compiled: dict[str, Value]
    output: Value
    target: tuple[int, ...]
    site: Site


FLAGS = ("train", "trian", "tarin", "traia")


def is_flag(word: str) -> bool:
    """Whether an attribute is, or is meant to be, the `trainable` flag: worth remembering."""
    return word.startswith(FLAGS)
