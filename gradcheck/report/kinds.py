"""The one vocabulary of faults: what a cut is called in both halves, and when a line runs.

A kind belongs to exactly one rule (the rule's row names it), so a cut that the static analyzer reads in the
source and a cut that the probe saw at run time meet under the same name.
"""

from __future__ import annotations

from enum import Enum


class Kind(str, Enum):
    """Why a path from a variable to the loss ends although data flows on, or why there is none."""

    # Evaluated once, before any tape records.
    CAPTURED = "captured"
    CAPTURED_BY_OBJECT = "captured-by-object"
    TRACED = "traced"
    # Left TensorFlow and came back as a constant.
    NUMPY = "numpy"
    NUMPY_LEFT = "numpy-left-of-weight"
    PYTHON_NUMBER = "python-number"
    PREDICT = "predict"
    HOST_FUNCTION = "host-function"
    REWRAPPED = "rewrapped"
    # The operation itself has no gradient.
    NO_GRADIENT = "no-gradient"
    INTEGER_CAST = "integer-cast"
    INTEGER_WEIGHT = "integer-weight"
    STOPPED = "stopped"
    STOP_DISCARDED = "stop-discarded"
    SAMPLED = "sampled"
    ASSIGNED = "assigned"
    METRIC = "metric"
    CUSTOM_GRADIENT = "custom-gradient"
    DISCARDED_WRITE = "discarded-write"
    # The tape did not see it.
    OUTSIDE_TAPE = "outside-tape"
    TAPE_REUSED = "tape-reused"
    NOT_WATCHED = "not-watched"
    REBOUND = "rebound"
    # The wrong variables were asked for, or their gradients never applied.
    WRONG_VARIABLES = "wrong-variables"
    EMPTY_VARIABLES = "empty-variables"
    ROLES_SWAPPED = "roles-swapped"
    NOT_APPLIED = "not-applied"
    # Nothing leads to the loss.
    UNUSED_WEIGHT = "unused-weight"
    UNCALLED_LAYER = "uncalled-layer"
    DEAD_VALUE = "dead-value"
    NOT_IN_LOSS = "not-in-loss"
    REACHES_NOTHING = "reaches-nothing"
    LOSSES_IGNORED = "losses-ignored"
    # Keras does not train it.
    UNTRACKED = "untracked"
    FROZEN = "frozen"
    # A gradient is applied, and nothing changes.
    STILL = "still"
    # A gradient arrives, but a useless one.
    CONSTANT_OUTPUT = "constant-output"
    SATURATED = "saturated"
    ZERO_PRODUCT = "zero-product"
    ZERO_SLOPE = "zero-slope"
    NAN_BEHIND_MASK = "nan-behind-mask"
    INFINITE_SLOPE = "infinite-slope"
    # A rule of the project's own says so.
    PROJECT = "project"
    # The probe saw a bad gradient and could not name the line; said, never guessed.
    UNEXPLAINED = "unexplained"


OF_OPERATIONS = frozenset(
    {Kind.NO_GRADIENT, Kind.INTEGER_CAST, Kind.STOPPED, Kind.SATURATED, Kind.ZERO_SLOPE}
)
"""Kinds that are about what an operation does, whatever it is applied to."""


class Phase(str, Enum):
    """When a line runs."""

    IMPORT = "import"
    CONSTRUCT = "construct"
    BUILD = "build"
    CALL = "call"
    LOSS = "loss"
    TAPE = "tape"


class Severity(str, Enum):
    """How sure a finding is: only errors and warnings make the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Evidence(str, Enum):
    """Which half of gradcheck found a fault."""

    STATIC = "static"
    PROBE = "probe"
    CONFIRMED = "confirmed"


class Half(str, Enum):
    """Which half of gradcheck can see a fault: the source shows it, a run shows it, or each does."""

    BOTH = "both"
    STATIC = "static"
    PROBE = "probe"


class Status(str, Enum):
    """What became of one variable's gradient."""

    OK = "ok"
    NONE = "none"
    ZERO = "zero"
    NAN = "nan"
    INF = "inf"
    UNTRACKED = "untracked"
    FROZEN = "frozen"
    UNLISTED = "unlisted"
    UNBUILT = "unbuilt"
    UNKNOWN = "unknown"

    @property
    def word(self) -> str:
        """What people read: to them, `unknown` is a weight of which the source does not tell enough."""
        return "not judged" if self is Status.UNKNOWN else self.value


BOTH_KERAS = ("2", "3")
"""The two Kerases, as named in reports; which one runs is decided by the environment before TensorFlow is
imported."""
