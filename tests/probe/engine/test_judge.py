"""From measures to one status, and verdicts over the wire and back: pure values, no TensorFlow."""

from __future__ import annotations

import pytest

from gradcheck.probe.engine.watch.judge import Measure, Tally, merge, noise, status
from gradcheck.probe.job import wire
from gradcheck.report.finding import Cut, Location, Step
from gradcheck.report.kinds import Kind, Status
from gradcheck.report.verdict import Cause, Variable, Verdict

LIVE, GONE, ZERO = Measure(norm=1.0, peak=1.0), Measure(missing=True), Measure()
NAN, INF = Measure(norm=1.0, peak=1.0, nan=True), Measure(inf=True)


def tally(*measures: Measure) -> Tally:
    found = Tally()
    for one in measures:
        found = found.add(one)
    return found


@pytest.mark.parametrize(
    ("measures", "wanted"),
    [
        ((), Status.UNKNOWN),
        ((LIVE,), Status.OK),
        ((GONE,), Status.NONE),
        ((LIVE, GONE, GONE), Status.NONE),  # Built inside the first tape.
        ((GONE, LIVE, GONE), Status.OK),  # Heads that take turns.
        ((ZERO,), Status.ZERO),
        ((ZERO, LIVE), Status.OK),  # A zero-initialised branch.
        ((LIVE, ZERO, ZERO), Status.OK),  # A sum of signs, twice zero by chance.
        ((LIVE, ZERO, ZERO, ZERO), Status.ZERO),
        ((LIVE, NAN), Status.NAN),
        ((INF, LIVE), Status.INF),
    ],
)
def test_one_call(measures: tuple[Measure, ...], wanted: Status) -> None:
    assert status(tally(*measures)) is wanted


def test_a_loss_scale_may_overflow_while_it_is_searched_for() -> None:
    assert status(tally(INF, LIVE), scaled=True) is Status.OK
    assert status(tally(INF, INF), scaled=True) is Status.UNKNOWN
    assert status(tally(*[INF] * 18), scaled=True) is Status.INF


def test_what_was_zero_before_a_nan_may_become_nan() -> None:
    assert status(tally(ZERO).spoilt(NAN)) is Status.NAN
    assert status(tally(ZERO).spoilt(LIVE)) is Status.ZERO
    assert status(tally(LIVE).spoilt(NAN)) is Status.OK
    assert status(Tally().spoilt(NAN)) is Status.UNKNOWN


def test_one_live_call_is_enough_but_not_for_nan() -> None:
    assert merge([Status.NONE, Status.OK]) is Status.OK
    assert merge([Status.NAN, Status.OK]) is Status.NAN
    assert merge([]) is Status.UNKNOWN


def test_rounding_noise_is_told_from_zero() -> None:
    assert noise(tally(Measure(norm=1e-9, peak=1e-9)), scale=1.0)
    assert not noise(tally(ZERO), scale=1.0)
    assert not noise(tally(LIVE), scale=1.0)


def test_verdicts_travel_unchanged() -> None:
    at = Location("model.py", 3, 5, 3, 9)
    cause = Cause(Cut(Kind.CAPTURED, at, "w[0]", "build()", "x"), (Step(at, "created"),))
    sent = Verdict(Variable("net/w", at, (None, 2), "float32"), Status.NONE, None, (cause,))
    assert wire.verdicts({"variables": [wire.dump(sent)]}) == (sent,)
    bare = Verdict(Variable("w:0", None, (), "float32"), Status.OK, 0.5)
    assert wire.load(wire.dump(bare)) == bare
