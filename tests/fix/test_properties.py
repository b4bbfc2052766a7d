"""Whatever valid Python a file holds, fixes never raise, and touch only what they are about."""

from __future__ import annotations

import ast
import json
import os
import random
import re
import warnings
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import hypothesmith
import libcst as cst
import pytest
from fixing import repaired
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcheck.base.lines import lines_of
from gradcheck.fix.cst.tree import Tree, UnreadableError
from gradcheck.fix.registry import entries as fixes
from gradcheck.page import examples
from gradcheck.registry import entries
from gradcheck.report.finding import Edit, Finding, Location, Weight
from gradcheck.report.kinds import Severity
from gradcheck.source.discover import SourceFile, read

_MARK = re.compile(r"\s*# (?:error|warning|info|probe|todo)(?:\[\w+\])?:.*$", re.M)
BAD = [
    _MARK.sub("", block.code)
    for entry in entries()
    if any(block.heading == "Fix" for block in examples(entry.page))
    for block in examples(entry.page)
    if block.marks
]
KEPT = json.loads(Path(__file__).with_name("random_python.json").read_text(encoding="utf-8"))
"""Texts that hypothesmith drew once. What it draws depends on its version, on Python's, and on the constants
in all modules that are loaded by then; what a run tries must not.
"""
MORE = int(os.environ.get("GRADCHECK_EXAMPLES", "0"))
HARDER = settings(
    max_examples=MORE or 1, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
harder = pytest.mark.skipif(not MORE, reason="GRADCHECK_EXAMPLES says how many new texts to draw")
PACKAGES = ("keras", "tf_keras", "tensorflow_probability")
EVERY = 120
"""Every how many of the packages' files a run tries; each file with a few places for every fix."""


@pytest.mark.parametrize("number", range(len(KEPT)))
def test_what_stands_beside_a_fault_is_never_touched(number: int) -> None:
    _try_beside(KEPT[number], BAD[number * len(BAD) // len(KEPT)])


@harder
@HARDER
@given(hypothesmith.from_node(), st.sampled_from(BAD))
def test_new_text_beside_a_fault_is_never_touched(beside: str, bad: str) -> None:
    _try_beside(beside, bad)


def _try_beside(beside: str, bad: str) -> None:
    text = f"{beside.rstrip()}\n{bad}"
    first = len(lines_of(text)) - len(lines_of(bad)) + 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = repaired(text)
        ast.parse(made.text)
        assert all(edit.location.line >= first or _is_import(edit) for edit in made.edits), made.edits
        assert repaired(made.text).text == made.text


def _is_import(edit: Edit) -> bool:
    at = edit.location
    inserted = (at.line, at.column) == (at.end_line, at.end_column)
    return inserted and edit.text.lstrip().startswith(("import ", "from "))


@pytest.mark.parametrize("text", KEPT, ids=range(len(KEPT)))
def test_no_fix_raises_on_any_python(text: str) -> None:
    _try_everywhere(text, random.Random(text))


@harder
@HARDER
@given(hypothesmith.from_node(), st.randoms(use_true_random=False))
def test_no_fix_raises_on_new_python(text: str, chance: random.Random) -> None:
    _try_everywhere(text, chance)


@cache
def _files() -> tuple[Path, ...]:
    roots = [Path(spec.origin).parent for name in PACKAGES if (spec := find_spec(name)) and spec.origin]
    return tuple(sorted(path for root in roots for path in root.rglob("*.py")))


@pytest.mark.tf
@pytest.mark.parametrize("part", range(4))
def test_no_fix_raises_on_the_libraries_own_files(part: int) -> None:
    for path in _files()[part * EVERY // 4 :: EVERY]:
        source = read(str(path))
        assert isinstance(source, SourceFile)
        _try_everywhere(source.text, random.Random(path.name))


def _try_everywhere(text: str, chance: random.Random, most: int = 3) -> None:
    """Every fix at some places of every kind it could be told of."""
    try:
        tree = Tree(text)
    except UnreadableError:
        return
    places = [spot for node, spot in tree.ranges.items() if isinstance(node, _PLACES)]
    for fix in fixes():
        for spot in chance.sample(places, min(most, len(places))):
            start, end = spot.start, spot.end
            location = Location("m.py", start.line, start.column + 1, end.line, end.column + 1)
            for finding in _findings(fix.fixer.kinds, location):
                made = fix.fix(tree, finding)
                assert made is None or isinstance(made, cst.Module)
                if made is not None:
                    ast.parse(made.code)


_PLACES = (
    cst.Call,
    cst.Attribute,
    cst.Subscript,
    cst.Assign,
    cst.BinaryOperation,
    cst.Name,
    cst.With,
    cst.Arg,
)


def _findings(kinds, location: Location) -> Iterator[Finding]:
    weights = (Weight("w", "self.w", location),)
    for kind in kinds:
        yield Finding("GC", "name", Severity.ERROR, "", location, kind, weights)
