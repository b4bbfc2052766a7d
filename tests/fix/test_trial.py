"""Which fixes are kept: those of faults that a run confirmed, the next best one where the first fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradcheck.config.options import Options
from gradcheck.fix.apply.trial import UNCONFIRMED, proven
from gradcheck.fix.apply.verify import Trial
from gradcheck.lint import lint_text
from gradcheck.report.finding import Location
from gradcheck.report.kinds import Evidence, Status
from gradcheck.report.report import Report
from gradcheck.report.verdict import Probe, Variable, Verdict

OPTIONS = Options(keras="3")
PROGRAM = """\
import tensorflow as tf

w = tf.Variable(1.0, name="w")
with tf.GradientTape() as tape:
    loss = tf.square(float(w) - 3.0)
w.assign_sub(0.1 * tape.gradient(loss, w))
"""


def report_on(path, evidence):
    findings, _ = lint_text(str(path), path.read_text(), OPTIONS)
    return Report(findings=tuple(replace(one, evidence=evidence) for one in findings))


def runs(report, statuses):
    """A program that is run again, and what becomes of its variable each time."""
    (weight,) = {weight for one in report.findings for weight in one.weights}
    variable = Variable("w", weight.birth, (), "float32")

    def probe(status):
        norm = 1.0 if status is Status.OK else None
        return Probe(
            "net.py", "tape", "3.15", "2.21", "ok", None, (Verdict(variable, status, norm),), (), (4.0,)
        )

    left = iter(statuses)

    def run(files):
        yield Trial(probe(Status.NONE), probe(next(left)))

    return run


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(PROGRAM)
    return path


def test_a_fault_that_no_run_confirmed_is_left_and_told(net):
    report = report_on(net, Evidence.STATIC)
    attempt = proven(report, OPTIONS, lambda *_: True, runs(report, ()))
    assert (attempt.files, attempt.fixed, attempt.trials) == ((), (), ())
    assert [one.fix.reason for one in attempt.left] == [UNCONFIRMED]


def test_a_confirmed_fault_is_repaired_where_the_trial_shows_it(net):
    report = report_on(net, Evidence.CONFIRMED)
    attempt = proven(report, OPTIONS, lambda *_: True, runs(report, [Status.OK]))
    assert [one.fix.verified for one in attempt.fixed] == [True]
    assert attempt.left == ()


def test_a_fix_that_fails_is_left_with_its_reason(net):
    report = report_on(net, Evidence.CONFIRMED)
    attempt = proven(report, OPTIONS, lambda *_: True, runs(report, [Status.NONE] * 8))
    assert attempt.fixed == ()
    assert [(one.fix.verified, one.fix.reason) for one in attempt.left] == [
        (False, "w still gets no usable gradient")
    ]


def test_a_fault_is_repaired_to_which_the_run_gives_other_names(net):
    report = report_on(net, Evidence.CONFIRMED)
    (finding,) = report.findings
    named = tuple(replace(one, name="behind", label="behind") for one in finding.weights)
    report = Report(findings=(replace(finding, weights=named),))
    attempt = proven(report, OPTIONS, lambda *_: True, runs(report, [Status.NONE, Status.OK]))
    assert [one.variables for one in attempt.fixed + attempt.left] == [("behind",)]
    (again,) = proven(report, OPTIONS, lambda *_: True, runs(report, [Status.OK])).fixed
    assert (again.variables, again.fix.verified) == (("behind",), True)


HELPER = """\
import numpy as np


def mean(x):
    return np.mean(x)
"""
REPAIRED = """\
import numpy as np
import tensorflow as tf


def mean(x):
    return tf.reduce_mean(x)
"""
IMPORTING = """\
import tensorflow as tf

from helper import mean

w = tf.Variable([1.0], name="w")
with tf.GradientTape() as tape:
    loss = tf.square(mean(w * 2.0) - 3.0)
w.assign_sub(0.1 * tape.gradient(loss, w))
"""


def test_a_fault_in_a_file_that_shows_it_only_to_the_program_is_repaired(tmp_path):
    helper, net = tmp_path / "helper.py", tmp_path / "net.py"
    helper.write_text(HELPER)
    net.write_text(IMPORTING)
    report = report_on(net, Evidence.CONFIRMED)
    place = Location(str(helper), 5, 12, 5, 22)
    there = replace(report, findings=tuple(replace(one, location=place) for one in report.findings))
    attempt = proven(there, OPTIONS, lambda *_: True, runs(report, [Status.OK]))
    assert [(file.source.path, file.text) for file in attempt.files] == [(str(helper), REPAIRED)]
    assert [one.fix.verified for one in attempt.fixed] == [True]
