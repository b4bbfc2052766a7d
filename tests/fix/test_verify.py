"""When a fix counts as shown to work, when it failed, and when nobody knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradcheck.fix.apply.verify import NOT_RUN, Trial, verified
from gradcheck.report.finding import Cut, Finding, Fix, Location, Weight
from gradcheck.report.kinds import Kind, Severity, Status
from gradcheck.report.verdict import Cause, Probe, Variable, Verdict

BIRTH, OTHER = Location("net.py", 3, 5), Location("net.py", 4, 5)
FINDING = Finding(
    rule="GC101",
    name="weight-read-in-build",
    severity=Severity.ERROR,
    message="",
    location=Location("net.py", 7, 9),
    kind=Kind.CAPTURED,
    weights=(Weight("mu", "self.mu", BIRTH),),
    fix=Fix("Read it in call()", safe=True, edits=()),
)


def seen(status, path="net/mu", birth=BIRTH, norm=1.0):
    return Verdict(Variable(path, birth, (2,), "float32"), status, norm)


def probe(*verdicts, **fields):
    whole = {"status": "ok", "losses": (0.5,), "keras": "3.15.1"} | fields
    return Probe(target="net.py", kind="fit", tensorflow="2.21.0", verdicts=verdicts, **whole)


def answer(before, after, finding=FINDING):
    fix = verified(finding, [Trial(before, after)]).fix
    return fix.verified, fix.reason


NONE, OK = seen(Status.NONE), seen(Status.OK)
BETA = seen(Status.OK, "net/beta", OTHER)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(probe(NONE, BETA), probe(OK, BETA), (True, None), id="works"),
        pytest.param(
            probe(NONE, BETA),
            probe(seen(Status.ZERO), BETA),
            (False, "net/mu still gets no usable gradient"),
            id="still starved",
        ),
        pytest.param(
            probe(NONE, BETA),
            probe(OK, seen(Status.NONE, "net/beta", OTHER)),
            (False, "net/beta loses its gradient"),
            id="starves another",
        ),
        pytest.param(
            probe(NONE, BETA), probe(OK), (False, "net/beta loses its gradient"), id="another one is gone"
        ),
        pytest.param(
            probe(NONE),
            probe(OK, losses=(0.75,)),
            (False, "the loss changes from 0.5 to 0.75"),
            id="another value",
        ),
        pytest.param(
            probe(NONE, losses=(None,)),
            probe(OK),
            (None, "no loss was seen whose value could be compared"),
            id="no value",
        ),
        pytest.param(
            probe(NONE),
            probe(OK, losses=(float("nan"),)),
            (False, "the loss changes from 0.5 to nan"),
            id="NaN",
        ),
        pytest.param(
            probe(NONE),
            probe(OK, status="broken", reason="the program raised ValueError"),
            (False, "the repaired program does not run: the program raised ValueError"),
            id="raises",
        ),
        pytest.param(
            probe(NONE),
            probe(status="failed", reason="no such file"),
            (False, "the repaired program could not be judged: no such file"),
            id="nothing seen",
        ),
        pytest.param(probe(BETA), probe(BETA), (None, "the run does not reach it"), id="not reached"),
        pytest.param(probe(BETA), probe(OK, BETA), (True, None), id="seen only now"),
        pytest.param(
            probe(NONE, status="broken", reason="No gradients provided"),
            probe(OK),
            (True, None),
            id="raised before",
        ),
        pytest.param(
            probe(OK), probe(OK), (False, "no gradient changed"), id="had a gradient, and it is the same"
        ),
        pytest.param(probe(OK), probe(seen(Status.OK, norm=3.0)), (True, None), id="had a part of it"),
    ],
)
def test_a_trial_is_judged(before, after, expected):
    assert answer(before, after) == expected


def test_a_fix_that_does_not_claim_the_value_may_change_it():
    free = replace(FINDING, fix=replace(FINDING.fix, keeps_value=False))
    assert answer(probe(NONE), probe(OK, losses=(9.0,)), free) == (True, None)


def test_a_variable_that_is_born_elsewhere_is_known_by_its_name():
    moved = seen(Status.OK, "net_1/mu", OTHER)
    assert answer(probe(NONE), probe(moved)) == (True, None)


def test_one_failure_outweighs_another_success():
    good = Trial(probe(NONE), probe(OK))
    bad = Trial(probe(NONE, keras="2.21.0"), probe(NONE, keras="2.21.0"))
    fix = verified(FINDING, [good, bad]).fix
    assert (fix.verified, fix.reason) == (False, "net/mu still gets no usable gradient")


def test_a_keras_that_the_finding_does_not_concern_says_nothing():
    only3 = replace(FINDING, keras=("3",))
    bad = Trial(probe(NONE, keras="2.21.0"), probe(NONE, keras="2.21.0"))
    assert verified(only3, [bad]) == replace(only3, fix=replace(only3.fix, reason=NOT_RUN))


def test_a_layer_that_is_built_now_is_found_by_its_line():
    unbuilt = Verdict(Variable("blocks[0].conv", BIRTH, (), ""), Status.UNBUILT, None)
    built = [seen(Status.OK, f"net/conv2d_4/{leaf}") for leaf in ("kernel", "bias")]
    assert answer(probe(unbuilt, BETA), probe(*built, BETA)) == (True, None)
    starved = seen(Status.NONE, "net/conv2d_5/kernel")
    assert answer(probe(unbuilt, BETA), probe(*built, starved, BETA))[0] is False


def test_a_variable_that_keras_numbers_anew_is_found_by_its_line():
    was, now = seen(Status.OK, "net/dense_3/beta", OTHER), seen(Status.OK, "net/dense_4/beta", OTHER)
    twin = seen(Status.OK, "net/dense_5/beta", OTHER)
    assert answer(probe(NONE, was), probe(OK, now, twin)) == (True, None)
    assert answer(probe(NONE, was), probe(OK, now, replace(twin, status=Status.NONE)))[0] is False


def blamed(status, kind, path):
    cause = Cause(Cut(kind, Location("net.py", 9, 1), "loss"))
    return replace(seen(status, path), causes=(cause,))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param(Kind.NOT_IN_LOSS, (True, None), id="no part in the loss"),
        pytest.param(Kind.STOPPED, (False, "net/bias still gets no usable gradient"), id="still cut off"),
    ],
)
def test_a_layer_trains_though_one_of_its_variables_has_no_part_in_the_loss(kind, expected):
    before = probe(NONE, seen(Status.NONE, "net/bias"))
    assert answer(before, probe(OK, blamed(Status.NONE, kind, "net/bias"))) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(seen(Status.ZERO, "net/beta", OTHER), (True, None), id="cancels out"),
        pytest.param(
            blamed(Status.ZERO, Kind.ZERO_SLOPE, "net/beta"),
            (False, "net/beta loses its gradient"),
            id="is cut",
        ),
    ],
)
def test_a_gradient_that_cancels_out_is_not_lost(now, expected):
    assert answer(probe(NONE, BETA), probe(OK, now)) == expected


def test_a_gradient_call_may_move_into_another_tape():
    assert answer(probe(NONE, losses=(3.0, 0.5)), probe(OK, losses=(0.5,))) == (True, None)


def test_a_tensor_that_is_watched_is_not_named_any_more():
    finding = replace(FINDING, kind=Kind.NOT_WATCHED)
    assert answer(probe(NONE), probe(), finding) == (True, None)


def born(status, path, line):
    return seen(status, path, Location("net.py", line, 5))


LOST = (born(Status.UNTRACKED, "net/a/w", 3), born(Status.UNTRACKED, "net/b/w", 4))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ((born(Status.OK, "net/block/a/w", 13), born(Status.OK, "net/block/b/w", 14)), (True, None)),
        (
            (born(Status.OK, "net/block/a/w", 13), born(Status.NONE, "net/block/b/w", 14)),
            (False, "net/a/w still gets no usable gradient"),
        ),
    ],
    ids=["all_train", "one_does_not"],
)
def test_variables_whose_lines_and_paths_both_moved(after, expected) -> None:
    places = [verdict.variable.birth for verdict in LOST]
    finding = replace(FINDING, weights=tuple(Weight("w", "self.w", place) for place in places))
    assert answer(probe(*LOST), probe(*after), finding) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ((Status.OK, "net/act/gain"), (True, None)),
        ((Status.NONE, "net/act/gain"), (False, "Variable:0 still gets no usable gradient")),
        ((Status.OK, "net/act/other"), (False, "Variable:0 still gets no usable gradient")),
    ],
)
def test_a_variable_that_gets_its_name_with_the_repair(now, expected) -> None:
    before = probe(born(Status.UNTRACKED, "Variable:0", 3), BETA)
    finding = replace(FINDING, weights=(Weight("gain", "gain", BIRTH),))
    assert answer(before, probe(born(*now, 13), BETA), finding) == expected
