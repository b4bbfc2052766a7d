"""A parameter's default that reads a weight is computed in the function."""

from __future__ import annotations

import pytest
from fixing import OPTIONS, repaired

from gradcheck.fixes import evaluate_default_in_body
from gradcheck.lint import lint_text
from gradcheck.rewrite.tree import Tree

HEAD = """\
import tensorflow as tf

raw = tf.Variable(0.5, name="raw")


"""

REPAIRED = {
    "plain": (
        HEAD
        + """\
def predict(x, scale=tf.exp(raw)):
    \"\"\"Linear.\"\"\"
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
        HEAD
        + """\
def predict(x, scale=None):
    \"\"\"Linear.\"\"\"
    if scale is None:
        scale = tf.exp(raw)
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    ),
    "keyword_only": (
        HEAD
        + """\
def predict(x, *, scale=tf.exp(raw), shift=0.0):
    return x * scale + shift


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
        HEAD
        + """\
def predict(x, *, scale=None, shift=0.0):
    if scale is None:
        scale = tf.exp(raw)
    return x * scale + shift


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    ),
}
LEFT = {
    "a_random_draw": HEAD
    + """\
def predict(x, scale=tf.exp(raw) * tf.random.normal([])):
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
    "annotated": HEAD
    + """\
def predict(x, scale: tf.Tensor = tf.exp(raw)):
    return x * scale


with tf.GradientTape() as tape:
    loss = predict(tf.constant(2.0))
tape.gradient(loss, raw)
""",
}


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(*pair, id=name) for name, pair in REPAIRED.items()]
)
def test_it_is_repaired(before: str, after: str) -> None:
    assert repaired(before).text == after


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in LEFT.items()])
def test_it_is_left(text: str) -> None:
    findings, _ = lint_text("example.py", text, OPTIONS)
    assert [evaluate_default_in_body.mend(Tree(text), finding) for finding in findings] == [None] * len(
        findings
    )
