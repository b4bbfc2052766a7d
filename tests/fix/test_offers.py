"""What is offered for a finding: several steps as one fix, several fixes in order."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from fixing import OPTIONS

from gradcheck.cli.commands import main
from gradcheck.fix.apply import fixpoint
from gradcheck.fix.apply import offers as looking
from gradcheck.fix.apply.offers import affordable, with_fixes, with_fixes_in
from gradcheck.lint import lint_text
from gradcheck.report.kinds import Evidence
from gradcheck.report.report import Report
from gradcheck.source.discover import SourceFile

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


HELPER = """import tensorflow as tf


class Update:
    def __init__(self):
        self.gain = tf.Variable(1.5, name="gain")


class Net(tf.Module):
    def __init__(self):
        super().__init__()
        self.update = Update()
        self.shift = tf.Variable(0.5, name="shift")

    def __call__(self, x):
        return x * self.update.gain + self.shift
"""
PROGRAM = """
net = Net()
optimizer = tf.keras.optimizers.SGD(0.1)
for step in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net(tf.ones([8]))))
    variables = net.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
"""


@pytest.mark.parametrize("evidence", list(Evidence))
def test_what_only_a_program_shows_of_a_helper_can_be_repaired_where_the_program_runs(tmp_path, evidence):
    path = tmp_path / "net.py"
    path.write_text(HELPER)
    findings, _ = lint_text(str(path), HELPER + PROGRAM, OPTIONS)
    (one,) = [replace(finding, evidence=evidence) for finding in findings]
    (offered,) = with_fixes(Report(findings=(one,)), OPTIONS).findings
    titles = [offered.fix.title] if offered.fix else []
    assert titles == ([] if evidence is Evidence.STATIC else ["Make a `tf.Module` of the class"])


SCALE = """
class Scale{}(tf.keras.layers.Layer):
    def build(self, shape):
        self.raw = self.add_weight(name="raw", shape=[3])
        self.scale = tf.nn.softplus(self.raw)

    def call(self, x):
        return x * self.scale
"""


def scales(number):
    return "import tensorflow as tf\n" + "".join(SCALE.format(one) for one in range(number))


@pytest.fixture
def enough_for_two(monkeypatch):
    """As much work as two of the three findings of `scales(3)` take."""
    findings, _ = lint_text("net.py", scales(3), OPTIONS)
    assert len(findings) == 3
    each = len(scales(3)) * (1 + len(looking.entries_for(findings[0].kind)))
    monkeypatch.setattr(looking, "MOST_WORK_IN_FILE", 2 * each)


def test_how_much_is_looked_for_is_known_before():
    for number, all_of_them in ((10, True), (300, False)):
        findings, _ = lint_text("net.py", scales(number), OPTIONS)
        count = affordable(SourceFile("net.py", scales(number)), findings, looking.MOST_WORK)
        assert 0 < count <= number
        assert (count == number) is all_of_them
        assert affordable(SourceFile("net.py", scales(number)), findings, 0) == 0


def test_what_was_not_looked_for_is_said(tmp_path, enough_for_two):
    path = tmp_path / "net.py"
    path.write_text(scales(3))
    done = CliRunner().invoke(main, ["check", "--no-cache", "--format", "json", str(path)])
    assert [bool(one["fix"]) for one in json.loads(done.stdout)["findings"]] == [True, True, False]
    said = "fixes were looked for in 2 of 3 findings; all would take too long (`--diff` tries them)"
    assert [note["message"] for note in json.loads(done.stdout)["notes"]] == [said]
    assert done.stderr == ""
    done = CliRunner().invoke(main, ["check", "--no-cache", "--format", "rdjson", str(path)])
    assert done.stderr == f"note: {said}\n"
    done = CliRunner().invoke(main, ["check", "--no-cache", str(path)])
    assert said in " ".join(done.stdout.split())


def test_an_editor_is_given_the_others_without_fixes(enough_for_two):
    findings, _ = lint_text("net.py", scales(3), OPTIONS)
    given = [*with_fixes_in(SourceFile("net.py", scales(3)), findings, OPTIONS)]
    assert [finding.fix is not None for finding in given] == [True, True, False]


def test_all_is_looked_for_where_it_can_be(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(scales(3))
    done = CliRunner().invoke(main, ["check", "--no-cache", "--format", "json", str(path)])
    assert [bool(one["fix"]) for one in json.loads(done.stdout)["findings"]] == [True, True, True]
    assert done.stderr == ""


def test_a_file_has_so_many_repairs_in_one_run(tmp_path, monkeypatch):
    """It is looked at anew for each; what is left is reported, and the next run goes on."""
    monkeypatch.setattr(fixpoint, "MOST_ROUNDS", 2)
    path = tmp_path / "net.py"
    path.write_text(scales(3))
    for fixed, left, code in ((2, 1, 1), (1, 0, 0)):
        done = CliRunner().invoke(main, ["check", "--no-cache", "--fix", "--format", "json", str(path)])
        report = json.loads(done.stdout)
        assert (len(report["fixed"]), len(report["findings"]), done.exit_code) == (fixed, left, code)
