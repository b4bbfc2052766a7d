"""From a file to a rule. This is the one place where a project's file is executed to become a rule."""

from __future__ import annotations

import os
import re
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from gradcheck.project_rules import contain
from gradcheck.project_rules.apart import GoneError, apart
from gradcheck.project_rules.contain import contained, problem
from gradcheck.registry import Entry
from gradcheck.report.finding import Cut, Location, Weight
from gradcheck.report.kinds import Half, Kind, Severity
from gradcheck.report.report import Problem
from gradcheck.rule import Rule

_CODE = re.compile(r"[A-Z]+[0-9]+")
_STEM = re.compile(r"[a-z][a-z0-9_]*")
_TYPES = {
    "code": str,
    "kind": Kind,
    "severity": Severity,
    "since": str,
    "headline": str,
    "why": str,
    "advice": str,
    "seen_by": Half,
}


class _UnusableError(Exception):
    """Why a file is no rule, with what to do about it."""


_UNUSABLE = "cannot be used as a rule"


def load(path: str) -> Entry | Problem:
    """The rule in this file, or why there is none. It is tried in a process of its own first: a file may end
    the one that loads it."""
    try:
        found = [one for one in apart(lambda: [_tried(path)], contain.SECONDS) if one]
    except GoneError as error:
        return problem(path, _UNUSABLE, str(error))
    return found[0] if found else _loaded(path)


def _tried(path: str) -> Problem | None:
    found = _loaded(path)
    return found if isinstance(found, Problem) else None


def _loaded(path: str) -> Entry | Problem:
    entry: Entry | None = None
    with contained(path, _UNUSABLE) as fault:
        entry = _entry(path)
    found = fault.problem or entry
    assert found is not None
    return found


def _entry(path: str) -> Entry:
    name = os.path.splitext(os.path.basename(path))[0]
    if not _STEM.fullmatch(name):
        raise _UnusableError("a rule is named after its file: call it like no_clipped_weights.py")
    module = _module(path, f"gradcheck_project_rules.{name}")
    rule = getattr(module, "RULE", None)
    if not isinstance(rule, Rule):
        raise _UnusableError("it has no RULE: write RULE = Rule(__name__, code=..., ...)")
    _examine(rule)
    if not (module.__doc__ or "").strip():
        raise _UnusableError("it has no page: write one as its docstring")
    return Entry(rule, module.__doc__ or "", getattr(module, "check", rule.every), path)


def _module(path: str, name: str) -> ModuleType:
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise _UnusableError("it is not a Python file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _examine(rule: Rule) -> None:
    for field, kind in _TYPES.items():
        if not isinstance(getattr(rule, field), kind):
            raise _UnusableError(f"RULE.{field} must be a {kind.__name__}, not {getattr(rule, field)!r}")
    if rule.code.startswith("GC") or not _CODE.fullmatch(rule.code):
        wanted = "letters of your own and a number, such as ACME001"
        raise _UnusableError(f"RULE.code must be {wanted}, not {rule.code!r}")
    try:
        rule.find(Cut(rule.kind, Location("", 1), ""), [Weight("", "", Location("", 1))])
    except (KeyError, IndexError, ValueError) as error:
        known = "{labels}, {get}, {has}, {is_}, {code}, {where}, {detail}"
        raise _UnusableError(f"a sentence of RULE asks for {error}; there are {known}") from None
