"""What a fix file imports: the row of data that describes a fix."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.report.kinds import Kind


@dataclass(frozen=True)
class Fixer:
    """A fix's data.

    `safe`: it changes nothing but the gradient, so nobody needs to read it before it is applied.
    `keeps_value`: it claims that every forward value stays what it was, which verification measures.
    `rank`: of several fixes for one fault that change equally much, the lowest is tried first.
    `title` says in the imperative what it does.
    """

    module: str
    kinds: tuple[Kind, ...]
    title: str
    safe: bool
    keeps_value: bool = True
    rank: int = 0

    @property
    def name(self) -> str:
        """The fix's name, as its file has it: `call-the-model`."""
        return self.module.rpartition(".")[2].replace("_", "-")
