"""What the statements of a function say about one another, without running them: guards and packing."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

from gradcheck.base.guards import guard
from gradcheck.base.packing import packed_by

GUARDED = {
    "an arm": ("if flag:\n    f()", "flag"),
    "the other arm": ("if flag:\n    g()\nelse:\n    f()", "flag"),
    "behind an arm that returns": ("if flag:\n    return 1\nf()", "flag"),
    "behind an arm that raises": ("if flag:\n    raise ValueError\nx = f()", "flag"),
    "both calls in one arm": ("if flag:\n    f()\n    f()", "flag"),
    "in a loop, behind an arm that goes on": ("for x in y:\n    if flag:\n        continue\n    f()", "flag"),
    "always": ("f()", None),
    "once more, always": ("if flag:\n    f()\nf()", None),
    "two tests decide": ("if flag:\n    if other:\n        f()", None),
    "two tests, one after the other": ("if flag:\n    return 1\nif other:\n    f()", None),
    "one test for each call": ("if flag:\n    f()\nif other:\n    f()", None),
    "behind an arm that goes on": ("if flag:\n    g()\nf()", None),
    "never": ("g()", None),
}


def _calls_f(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node) == "f()"


@pytest.mark.parametrize(("body", "test"), GUARDED.values(), ids=GUARDED)
def test_the_one_test_that_decides_is_the_guard(body, test):
    function = ast.parse(f"def function():\n{indent(body, '    ')}").body[0]
    assert isinstance(function, ast.FunctionDef)
    found = guard(function, _calls_f)
    assert (found and ast.unparse(found)) == test


PACKED = {
    "a list": ("h = f()\nstates = [h]", "[h]"),
    "some of several": ("_, h, c = f()\nstates = [h, c]", "[h, c]"),
    "a list of a list": ("h = f()\nstates = [h]\nboth = [states, states]", "[states, states]"),
    "a list that is read": ("h = f()\nstates = [h]\ng(states)", None),
    "a value that is read": ("h, c = f()\nstates = [h]\ng(c)", None),
    "beside another value": ("h = f()\nstates = [h, other]", None),
    "read in a function": ("h = f()\nstates = [h]\ndef g():\n    return states", None),
    "no list": ("h = f()", None),
}


@pytest.mark.parametrize(("code", "packed"), PACKED.values(), ids=PACKED)
def test_a_value_is_packed_where_nothing_else_reads_it(code, packed):
    tree = ast.parse(code)
    value = next(node for node in ast.walk(tree) if isinstance(node, ast.expr) and _calls_f(node))
    found = packed_by(tree, value)
    assert (found and ast.unparse(found)) == packed
