"""Finds the fixes: one module of `gradcheck.fix.fixes` each. Adding a fix is adding a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import libcst as cst

from gradcheck.base.modules import parts
from gradcheck.fix import fixes
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

Rewrite = Callable[[Tree, Finding], "cst.Module | None"]


@dataclass(frozen=True)
class Entry:
    """A fix as the catalogue holds it: its row and its rewriting."""

    fixer: Fixer
    fix: Rewrite


@cache
def entries() -> tuple[Entry, ...]:
    """Every fix, those that change least first: safe ones, then those that keep every value; then by rank."""
    modules = [import_module(f"{fixes.__name__}.{name}") for name in parts(fixes.__path__)]
    loaded = (Entry(module.FIXER, module.fix) for module in modules)
    return tuple(sorted(loaded, key=_order))


def entries_for(kind: Kind) -> tuple[Entry, ...]:
    """The fixes of one kind of cut, in the order in which they are tried."""
    return tuple(entry for entry in entries() if kind in entry.fixer.kinds)


def _order(entry: Entry) -> tuple[bool, bool, int, str]:
    """The name only keeps the order the same in every run: between fixes of one fault, the rank decides."""
    fixer = entry.fixer
    return not fixer.safe, not fixer.keeps_value, fixer.rank, fixer.name
