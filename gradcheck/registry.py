"""Finds the rules: one module of `gradcheck.rules` each. Adding a rule is adding a file."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from gradcheck import rules
from gradcheck.facts import Facts
from gradcheck.finding import Finding
from gradcheck.kinds import Kind
from gradcheck.rule import Rule


@dataclass(frozen=True)
class Entry:
    """A rule as the registry holds it: its row, its page and its check."""

    rule: Rule
    page: str
    check: Callable[[Facts], Iterable[Finding]]


@cache
def entries() -> tuple[Entry, ...]:
    """Every rule, ordered by code."""
    modules = [import_module(f"{rules.__name__}.{found.name}") for found in pkgutil.iter_modules(rules.__path__)]
    loaded = (Entry(module.RULE, module.__doc__ or "", module.check) for module in modules)
    return tuple(sorted(loaded, key=lambda entry: entry.rule.code))


@cache
def by_kind() -> dict[Kind, Rule]:
    """The rule each kind of cut belongs to."""
    return {entry.rule.kind: entry.rule for entry in entries()}
