"""Hand-built reports that the format tests share, about one small program."""

from __future__ import annotations

from gradcheck.output import Screen
from gradcheck.report.fate import Fate, Obstacle, Reason, WeightFate
from gradcheck.report.finding import Edit, Finding, Fix, Location, Step, Weight
from gradcheck.report.kinds import Evidence, Kind, Severity, Status
from gradcheck.report.report import Problem, Report
from gradcheck.report.verdict import Probe, Variable, Verdict

PROGRAM = """\
import tensorflow as tf
import tensorflow_probability as tfp


class Bell(tf.keras.layers.Layer):
    def build(self, shape):
        self.mu = self.add_weight(name="mean", shape=[1], initializer="zeros")
        self.sigma = self.add_weight(name="std", shape=[1], initializer="ones")
        self.bell = tfp.distributions.Normal(self.mu[0], self.sigma[0])

    def call(self, x):
        return tf.clip_by_value(self.bell.prob(x), 1e-9, 1.0)
"""

SCREEN = Screen(read=lambda path: PROGRAM.splitlines() if path == "bell.py" else ())


def spot(line: int, text: str) -> Location:
    """Where a text stands on a line of the program."""
    column = PROGRAM.splitlines()[line - 1].index(text) + 1
    return Location("bell.py", line, column, line, column + len(text))


BIRTH = spot(7, 'self.add_weight(name="mean", shape=[1], initializer="zeros")')
CUT = spot(9, "self.mu[0]")

CUT_WEIGHT = Weight("mean", "self.mu", BIRTH)

STATIC = Finding(
    rule="GC101",
    name="weight-read-in-build",
    severity=Severity.ERROR,
    message="self.mu gets no gradient: it is read once, in build()",
    location=CUT,
    kind=Kind.CAPTURED,
    weights=(CUT_WEIGHT,),
    trail=(
        Step(BIRTH, "created"),
        Step(CUT, "read here, once"),
        Step(spot(12, "self.bell.prob(x)"), "only this copy reaches the loss"),
    ),
    why="build() runs once, before any tape records; what it computes from a weight is a constant after.",
    advice="Make the value in call(), from self.mu, each time it is used.",
)
CONFIRMED = Finding(**{**STATIC.__dict__, "evidence": Evidence.CONFIRMED})
FIXED = Finding(
    **{
        **STATIC.__dict__,
        "fix": Fix("Make the distribution in call()", True, (Edit(spot(12, "self.bell"), "bell"),), None),
    }
)
HINT = Finding(
    rule="GC302",
    name="saturated-clip",
    severity=Severity.WARNING,
    message='the gradient is zero outside of [1e-9, 1.0]: 100 % & <done>, it\'s "cut"',
    location=spot(12, "tf.clip_by_value(self.bell.prob(x), 1e-9, 1.0)"),
    kind=Kind.SATURATED,
    keras=("3",),
)
PROBE = Probe(
    target="bell.py",
    kind="fit",
    keras="3.15.1",
    tensorflow="2.21.0",
    status="ok",
    verdicts=(
        Verdict(Variable("bell/mean", BIRTH, (1,), "float32"), Status.NONE),
        Verdict(Variable("bell/std", spot(8, "self.add_weight"), (1,), "float32"), Status.OK, 1.25),
        Verdict(Variable("bell/grid", None, (None, 3), "float32"), Status.NAN, float("nan")),
    ),
    notes=("the second half of the data was not reached",),
    protection="overlay",
)
FAILED = Probe("bell.py", "", "", "", "failed", "TensorFlow is not installed: pip install 'gradcheck[probe]'")
TROUBLE = Problem("broken.py", 3, "cannot be parsed: invalid syntax")
EMPTY = Report(files=1)
FULL = Report(
    findings=(CONFIRMED, HINT),
    probes=(PROBE,),
    errors=(TROUBLE,),
    refuted=(
        Finding(
            **{
                **HINT.__dict__,
                "severity": Severity.INFO,
                "message": "no slope (refuted: the probe saw the gradient flow)",
            }
        ),
    ),
    files=2,
    weights=(
        WeightFate(CUT_WEIGHT, (("2", Fate.CUT), ("3", Fate.CUT)), Kind.CAPTURED, seen=(Status.NONE,)),
        WeightFate(
            Weight("std", "self.sigma", spot(8, "self.add_weight")),
            (("2", Fate.REACHES), ("3", Fate.UNKNOWN)),
            obstacle=Obstacle(Reason.CALL, "self.bell.prob(x)", spot(12, "self.bell.prob(x)")),
            seen=(Status.OK,),
        ),
    ),
    notes=("3 more files are in folders that are left out",),
    unused_comments=(Problem("bell.py", 12, "this comment silences nothing"),),
)
