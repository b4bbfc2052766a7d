"""Checks a small program against the marks on its lines, as on the rules' pages (`# error[keras3]: gain`)."""

from __future__ import annotations

import textwrap

from gradcheck.config.options import Options
from gradcheck.lint import lint_text
from gradcheck.page import Example, Expected

HEAD = "import tensorflow as tf\nfrom tensorflow.keras import layers\n"


def check(program: str, rule: str) -> None:
    """The marked lines, and no others, are found, by this rule."""
    text = HEAD + textwrap.dedent(program)
    findings, errors = lint_text("program.py", text, Options(keras="both"))
    got = [
        Expected(one.location.line, one.severity.value, name, one.keras)
        for one in findings
        for name in one.variables
    ]
    assert not errors
    assert sorted(got) == sorted(Example("", text).expected)
    assert {one.rule for one in findings} <= {rule}
