"""Runs a small program through the static half and says what it found, in the words a test compares."""

from __future__ import annotations

import textwrap

from gradcheck.config.options import Options
from gradcheck.lint import lint_text

HEAD = """
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow import keras
from tensorflow.keras import layers

tfd = tfp.distributions
"""
LAYER = """
class L(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))
{build}
    def call(self, x):
{call}
"""


def found(program: str, keras: str = "both") -> list[tuple[str, str, str]]:
    """(rule, the line's own code, variables) of each error and warning."""
    text = HEAD + textwrap.dedent(program)
    findings, errors = lint_text("program.py", text, Options(keras=keras))
    assert not errors
    lines = text.splitlines()
    return [
        (one.rule, lines[one.location.line - 1].strip(), ",".join(one.variables))
        for one in findings
        if one.severity.value != "info"
    ]


def in_layer(build: str = "pass", call: str = "return x", keras: str = "both") -> list[tuple[str, str, str]]:
    """The same for the bodies of a layer's `build` (after `self.w` is added) and `call`."""
    body = LAYER.format(build=textwrap.indent(build, " " * 8), call=textwrap.indent(call, " " * 8))
    return found(body, keras)
