"""What is offered for a finding: several steps as one fix, several fixes in order."""

from __future__ import annotations

from fixing import OPTIONS

from gradcheck.fix.apply.offers import with_fixes
from gradcheck.lint import lint_text
from gradcheck.report.report import Report

TWICE_OUT = """import numpy as np
import tensorflow as tf

w = tf.Variable(1.0, name="w")


def spread(losses):
    losses = np.asarray(losses, dtype="float32")
    return losses.mean()


with tf.GradientTape() as tape:
    loss = tf.convert_to_tensor(spread([float(w * n) for n in (1.0, 2.0)]))
w.assign_sub(0.1 * tape.gradient(loss, w))
"""


def offers(tmp_path, text):
    path = tmp_path / "net.py"
    path.write_text(text)
    findings, _ = lint_text(str(path), text, OPTIONS)
    return with_fixes(Report(findings=tuple(findings)), OPTIONS).findings


def test_a_value_that_leaves_tensorflow_twice_is_kept_in_it_twice(tmp_path):
    (one,) = offers(tmp_path, TWICE_OUT)
    assert one.fix.title == (
        "Use the tensor itself, not its value; use TensorFlow's functions in place of NumPy's"
    )
    assert not one.fix.safe
