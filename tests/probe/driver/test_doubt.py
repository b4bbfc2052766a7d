"""What a wrong guess alone accounts for."""

from __future__ import annotations

import pytest

from gradcheck.probe.job.doubt import certain
from gradcheck.probe.job.job import Recipe
from gradcheck.report.finding import Cut, Location
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Cause, Variable, Verdict

HERE = Location("model.py", 3)


@pytest.mark.parametrize(
    ("instead", "kind", "status"),
    [
        (True, Kind.UNCALLED_LAYER, Status.UNKNOWN),
        (True, Kind.UNUSED_WEIGHT, Status.UNKNOWN),
        (True, Kind.NUMPY, Status.NONE),
        (False, Kind.UNCALLED_LAYER, Status.NONE),
    ],
)
def test_what_another_step_may_use_is_not_judged(instead: bool, kind: Kind, status: Status) -> None:
    recipe = Recipe("Net", "model", "Net()", ("64,8",), instead=instead)
    cause = Cause(Cut(kind, HERE, "self.head", "call()"))
    [verdict] = certain(
        (recipe,), [Verdict(Variable("head", HERE, (8,), "float32"), Status.NONE, None, (cause,))]
    )
    assert verdict.status is status
