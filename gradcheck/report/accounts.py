"""What kinds and statuses say of each other when what a run saw is held against what the source shows."""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Status

PARTIAL = frozenset({Kind.LOSSES_IGNORED, Kind.NOT_IN_LOSS, Kind.NAN_BEHIND_MASK, Kind.INFINITE_SLOPE})
"""Kinds of which a variable may have a gradient: another term of the loss brings it, or other data."""

IRREFUTABLE = PARTIAL | {Kind.NOT_APPLIED, Kind.STILL, Kind.PROJECT}
"""Kinds that a gradient does not refute: also how it is used, and what a project's own rule is about."""

SHOWN_BY_FLOW = frozenset({Kind.STOP_DISCARDED})
"""Kinds of which the fault is that a gradient arrives: a run that sees it confirms them."""

OF_THE_LOOP = frozenset(
    {
        Kind.OUTSIDE_TAPE,
        Kind.TAPE_REUSED,
        Kind.NOT_WATCHED,
        Kind.REBOUND,
        Kind.WRONG_VARIABLES,
        Kind.EMPTY_VARIABLES,
        Kind.ROLES_SWAPPED,
        Kind.REACHES_NOTHING,
    }
)
"""Kinds that are about the program's own training: a loop of ours in its place does not refute them."""

OF_A_PHASE = frozenset({Kind.FROZEN, Kind.TRACED})
"""Kinds of what one training of several leaves out: that another one reached it does not refute them."""

SEVERAL = "several trainings"
"""The detail of a finding in a program that trains more than once."""

BY_CHANCE = "by chance of the data"
"""The detail of a finding that a gradient does refute, although its kind is one of those that none does."""

AT_A_TEST = "at a test"
"""The detail of a weight that a test leaves out: a run sees that nothing reads it, and not the test."""

IDLE = "idle"
"""The case of a term of the loss that no weight gets a gradient from."""

GUESSED = frozenset({"model", "layer"})
"""Kinds of runs that train a part of the program in a loop of ours."""

MILD = frozenset({Status.OK, Status.ZERO, Status.UNLISTED})
"""Statuses that are as bad as their rule says; all others are errors."""

DELIBERATE = frozenset({Status.FROZEN, Status.UNLISTED, Status.UNBUILT})
"""Statuses that a program may want, so that without a line to blame they are no more than a risk."""

SILENT = frozenset({Status.UNLISTED, Status.FROZEN})
"""Statuses that without a line to blame accuse nobody: teachers, extractors, the other player."""

PASSES = frozenset({Kind.OUTSIDE_TAPE})
"""Kinds that are about another pass than the one in which the run saw a value dropped."""

DROPPED = frozenset({Kind.DEAD_VALUE, Kind.NOT_IN_LOSS})
"""Kinds of a value that the run saw dropped in a pass of its own."""

LISTS = frozenset(
    {
        Kind.WRONG_VARIABLES,
        Kind.EMPTY_VARIABLES,
        Kind.NOT_APPLIED,
        Kind.ROLES_SWAPPED,
        Kind.FROZEN,
        Kind.TRACED,
    }
)
"""Kinds that leave a variable out which has a gradient."""

ALSO_SHOWN_AS = {Kind.LOSSES_IGNORED: Kind.STOPPED, Kind.TRACED: Kind.REACHES_NOTHING}
"""Kinds that a run, which sees no source, takes for another one."""

REPLACED = "replaced"
"""The case of GC502 in which a layer took the attribute of one that is still called."""

UNTOLD = "untold"
"""A call of a model that does not say that it trains; the test inside is the detail."""

BEHIND_TEST = "unset behind a test"
"""The case of GC703 in which what sets a factor is called behind a test."""

NEARER = frozenset({REPLACED, BEHIND_TEST})
"""Cases in which a run knows the cause of what the source shows further on."""

NUMBERS = "numbers"
"""The case of GC401 in which a loss is made of numbers that an earlier pass left."""

CACHED = "cached"
"""The case of GC401 in which what a sample was made of is looked up in a cache, and not computed."""

REMEMBERED = "remembered"
"""The case of GC401 in which an object keeps what it has computed once."""

PIPELINE = "dataset"
"""The case of GC301 in which a compiled function makes a pipeline of a loop over a dataset."""

STATISTIC = "statistic"
"""The case of GC701 in which a mean or a spread does not depend on a parameter of its distribution."""

STATISTICS = ("mean", "mode", "stddev", "variance", "covariance", "entropy")
"""Methods of a distribution that may depend on some of its parameters only."""

QUOTIENT = "quotient"
"""The case of GC706 that divides by what may be zero."""

CLOSED = "closed bounds"
"""The case of GC702 in which two bounds leave nothing between them."""

CASES_SHOWN_AS = {NUMBERS: frozenset({Kind.PYTHON_NUMBER, Kind.NUMPY, Kind.DEAD_VALUE, Kind.NOT_IN_LOSS})}
"""Details of findings that a run shows as other kinds: it sees numbers leave TensorFlow, not their use."""

AS_DATA = frozenset({Kind.NUMPY, Kind.PYTHON_NUMBER, Kind.PREDICT})
"""Kinds of what leaves TensorFlow. A run sees the numbers of an earlier pass come back, too: as data."""

ANOTHER_LIST = frozenset({Kind.WRONG_VARIABLES, Kind.EMPTY_VARIABLES})
"""Kinds of a list of other variables than those which the loss is computed of."""

UNLISTED = frozenset({Kind.WRONG_VARIABLES, Kind.UNTRACKED})
"""Kinds of one fault: at the list that leaves a variable out, or at the object that does not list it."""

SYMPTOMS = frozenset(
    {Kind.DEAD_VALUE, Kind.NOT_IN_LOSS, Kind.UNUSED_WEIGHT, Kind.UNCALLED_LAYER, Kind.UNEXPLAINED}
)
"""Kinds that say how far a value was followed, not what ended its path: where the source shows that, it is
the better explanation."""

ZEROS = frozenset({Kind.CONSTANT_OUTPUT, Kind.SATURATED, Kind.ZERO_PRODUCT, Kind.ZERO_SLOPE})
SPOILT = frozenset({Kind.NAN_BEHIND_MASK, Kind.INFINITE_SLOPE})
USELESS = {Status.ZERO: ZEROS, Status.NAN: SPOILT, Status.INF: SPOILT}
"""Kinds that account for a gradient that arrives and is of no use: it needs no second account of it."""
