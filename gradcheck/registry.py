"""Finds the rules: one module of `gradcheck.rules` each. Adding a rule is adding a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from importlib import import_module
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
    """A rule as the registry holds it: its row, its page and its check."""

    rule: Rule
    page: str
    check: Callable[[Facts], Iterable[Finding]]


@cache
def entries() -> tuple[Entry, ...]:
    """Every rule, ordered by code."""
    modules = [import_module(f"{rules.__name__}.{name}") for name in parts(rules.__path__)]
    loaded = (
        Entry(module.RULE, module.__doc__ or "", getattr(module, "check", module.RULE.every))
        for module in modules
    )
    return tuple(sorted(loaded, key=lambda entry: entry.rule.code))


class RuleFileError(Exception):
    """A rule file of the project's own cannot be used; the first argument is its path, the second why."""


@cache
def own(path: str) -> Entry:
    """The rule in a file of the user's project: it holds `RULE` and `check`, as our own rules do."""
    from importlib.util import module_from_spec, spec_from_file_location

    name = os.path.splitext(os.path.basename(path))[0]
    spec = spec_from_file_location(f"gradcheck_rule_{name}", path)
    if spec is None or spec.loader is None:
        raise RuleFileError(path, "is not a Python file")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        return Entry(replace(module.RULE, module=name), module.__doc__ or "", module.check)
    except (
        Exception,
        SystemExit,
    ) as error:  # whatever a user's file raises is told, not shown as a traceback
        raise RuleFileError(path, f"{type(error).__name__}: {error}") from error


@cache
def by_kind() -> dict[Kind, Rule]:
    """The rule each kind of cut belongs to."""
    return {entry.rule.kind: entry.rule for entry in entries()}
