"""Finds the rules: one module of `gradcheck.rules` each. Adding a rule is adding a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from gradcheck import rules
from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.modules import parts
from gradcheck.report.kinds import Kind
from gradcheck.rule import Rule

if TYPE_CHECKING:
    from gradcheck.facts import Facts
    from gradcheck.report.finding import Finding


@dataclass(frozen=True)
class Entry:
    """A rule as the registry holds it: row, page and check, and the file of one that is not ours."""

    rule: Rule
    page: str
    check: Callable[[Facts], Iterable[Finding]]
    path: str = ""


@cache
def entries() -> tuple[Entry, ...]:
    """Every rule, ordered by code."""
    modules = [import_module(f"{rules.__name__}.{name}") for name in parts(rules.__path__)]
    loaded = (
        Entry(module.RULE, _page(module), getattr(module, "check", module.RULE.every)) for module in modules
    )
    return tuple(sorted(loaded, key=lambda entry: entry.rule.code))


def _page(module: ModuleType) -> str:
    """A rule's docstring; where that would be long, it goes on in a Markdown file beside the rule."""
    page, beside = module.__doc__ or "", f"{(module.__file__ or '').removesuffix('.py')}.md"
    if not os.path.exists(beside):
        return page
    with open(beside, encoding="utf-8") as file:
        return f"{page}\n{file.read()}"


@cache
def by_kind() -> dict[Kind, Rule]:
    """The rule each kind of cut belongs to."""
    return {entry.rule.kind: entry.rule for entry in entries()}
