"""Where the halves meet, on hand-built values: one line creates a weight, another one cuts its path."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradcheck.confirm import confirm
from gradcheck.report.finding import Cut, Finding, Location, Step, Weight
from gradcheck.report.kinds import Evidence, Kind, Severity, Status
from gradcheck.report.report import Report
from gradcheck.report.verdict import Cause, Probe, Variable, Verdict
from gradcheck.rule import Rule, Words


def rule(code, kind, severity=Severity.ERROR):
    return Rule(
        f"rules.{kind.value.replace('-', '_')}", code, kind, severity, "0.1", "{labels} {get} none", "", ""
    )


RULES = {
    one.kind: one
    for one in (
        rule("GC000", Kind.UNEXPLAINED, Severity.WARNING),
        rule("GC101", Kind.CAPTURED),
        rule("GC201", Kind.STOPPED),
        rule("GC301", Kind.ZERO_SLOPE, Severity.WARNING),
        rule("GC503", Kind.DEAD_VALUE),
        rule("GC302", Kind.ZERO_PRODUCT, Severity.WARNING),
    )
}


def at(line, column=9):
    return Location("model.py", line, column, line, column + 5)


def weight(line, name="mean"):
    return Weight(name, f"self.{name}", at(line))


def static(*weights, line=23, column=9, kind=Kind.CAPTURED, severity=Severity.ERROR, keras=("2", "3")):
    return Finding("GC101", "captured", severity, "said", at(line, column), kind, weights, keras=keras)


def cause(line=23, column=9, kind=Kind.CAPTURED, trail=()):
    return Cause(Cut(kind, at(line, column), "code"), trail)


def seen(status, *causes, birth=21, path="layer/mean"):
    return Verdict(Variable(path, birth and at(birth), (1,), "float32"), status, causes=causes)


def probe(*verdicts, keras="3.15.1", target="model.py"):
    return Probe(target, "fit", keras, "2.21.0", "ok", verdicts=verdicts)


def joined(findings, *probes):
    return confirm(Report(findings=tuple(findings), probes=probes), RULES)


def test_nothing_but_good_news_is_nothing_to_say():
    assert joined([], probe(seen(Status.OK))) == Report(probes=(probe(seen(Status.OK)),))


@pytest.mark.parametrize(
    "met",
    [
        pytest.param(cause(), id="same line and kind"),
        pytest.param(cause(column=30), id="same line, another column"),
        pytest.param(cause(kind=Kind.STOPPED), id="same line, another kind"),
        pytest.param(cause(line=40), id="same kind, another line"),
        pytest.param(cause(line=21, kind=Kind.UNEXPLAINED), id="a cut the probe could not name"),
    ],
)
def test_a_bad_verdict_confirms_the_finding_that_foretold_it(met):
    finding = static(weight(21))
    assert joined([finding], probe(seen(Status.NONE, met))).findings == (
        replace(finding, evidence=Evidence.CONFIRMED),
    )


def test_the_halves_may_spell_a_path_differently(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    elsewhere = replace(at(21), path=str(tmp_path / "model.py"))
    verdict = Verdict(Variable("mean", elsewhere, (1,), "float32"), Status.NONE)
    assert [one.evidence for one in joined([static(weight(21))], probe(verdict)).findings] == [
        Evidence.CONFIRMED
    ]


def test_a_verdict_without_a_cause_confirms_what_the_source_shows():
    report = joined([static(weight(21))], probe(seen(Status.NONE)))
    assert [finding.evidence for finding in report.findings] == [Evidence.CONFIRMED]


def test_what_the_run_blames_on_another_line_is_told_there_alone():
    report = joined([static(weight(21))], probe(seen(Status.NONE, cause(line=40, kind=Kind.STOPPED))))
    assert [(one.rule, one.location.line, one.evidence) for one in report.findings] == [
        ("GC201", 40, Evidence.PROBE)
    ]


def test_what_the_run_blames_on_no_line_keeps_what_the_source_shows():
    both = static(weight(21), weight(22, "std"), line=30, kind=Kind.CAPTURED)
    stopped = seen(Status.NONE, cause(line=40, kind=Kind.STOPPED))
    other = seen(Status.UNKNOWN, birth=22, path="layer/std")
    assert [(one.rule, one.location.line) for one in joined([both], probe(stopped, other)).findings] == [
        ("GC201", 40),
        ("GC101", 30),
    ]


def test_a_value_dropped_in_the_tape_is_not_one_computed_outside_it():
    outside = static(weight(21), line=10, kind=Kind.OUTSIDE_TAPE)
    dropped = seen(Status.NONE, cause(line=40, kind=Kind.DEAD_VALUE))
    (finding,) = joined([outside], probe(dropped)).findings
    assert (finding.rule, finding.location.line) == ("GC503", 40)


def test_a_fault_at_the_place_of_a_refuted_finding_is_told_in_its_own_words():
    refuted = static(weight(21), line=40, kind=Kind.CAPTURED)
    flows = seen(Status.OK)
    other = seen(Status.NONE, cause(line=40, kind=Kind.STOPPED), birth=22, path="layer/std")
    report = joined([refuted], probe(flows, other))
    assert [(one.rule, one.variables) for one in report.findings] == [("GC201", ("std",))]
    assert len(report.refuted) == 1


def test_a_flat_place_where_another_finding_says_why_is_no_second_one():
    flat = seen(Status.ZERO, cause(line=40, kind=Kind.ZERO_SLOPE))
    product = seen(Status.ZERO, cause(line=40, kind=Kind.ZERO_PRODUCT), birth=22, path="layer/std")
    elsewhere = seen(Status.ZERO, cause(line=50, kind=Kind.ZERO_SLOPE), birth=23, path="layer/mode")
    report = joined([], probe(flat, product, elsewhere))
    assert [(one.rule, one.location.line, len(one.weights)) for one in report.findings] == [
        ("GC302", 40, 2),
        ("GC301", 50, 1),
    ]


def test_the_source_explains_what_the_run_saw_the_end_of():
    dead = cause(line=40, kind=Kind.DEAD_VALUE)
    (finding,) = joined([static(weight(21))], probe(seen(Status.NONE, dead))).findings
    assert (finding.rule, finding.location.line, finding.evidence) == ("GC101", 23, Evidence.CONFIRMED)


def test_a_place_is_the_same_place_whatever_variables_it_is_told_of():
    finding = replace(static(weight(30, "generator")), trail=(Step(at(30), "created"),))
    (met,) = joined([finding], probe(seen(Status.NONE, cause(kind=Kind.STOPPED)))).findings
    assert (met.rule, met.evidence) == ("GC101", Evidence.CONFIRMED)
    assert [(one.name, one.label, one.birth.line) for one in met.weights] == [("mean", "self.generator", 21)]
    assert [(step.location.line, step.note) for step in met.trail] == [(21, "created")]


def test_a_useless_gradient_needs_one_account():
    finding = replace(static(weight(21), kind=Kind.ZERO_SLOPE, severity=Severity.WARNING), rule="GC301")
    (met,) = joined([finding], probe(seen(Status.ZERO, cause(line=40, kind=Kind.SAMPLED)))).findings
    assert (met.rule, met.location.line, met.evidence) == ("GC301", 23, Evidence.CONFIRMED)


@pytest.mark.parametrize("kind", [Kind.UNUSED_WEIGHT, Kind.UNCALLED_LAYER])
def test_what_no_step_reads_was_read_before_the_tape(kind):
    finding = static(weight(21), kind=Kind.OUTSIDE_TAPE)
    (met,) = joined([finding], probe(seen(Status.NONE, cause(line=21, kind=kind)))).findings
    assert (met.location.line, met.evidence) == (23, Evidence.CONFIRMED)


def test_another_variable_with_the_same_cut_line_is_another_finding():
    verdicts = seen(Status.NONE, cause()), seen(Status.NONE, cause(column=30), birth=22, path="layer/std")
    report = joined([static(weight(21))], probe(*verdicts))
    assert [(one.location.column, one.variables, one.evidence) for one in report.findings] == [
        (9, ("mean",), Evidence.CONFIRMED),
        (30, ("std",), Evidence.PROBE),
    ]


def test_two_findings_on_one_line_keep_their_own_variables():
    findings = [static(weight(21)), static(weight(22, "std"), column=30)]
    verdicts = seen(Status.NONE, cause()), seen(Status.NONE, cause(column=30), birth=22, path="layer/std")
    report = joined(findings, probe(*verdicts))
    assert report.findings == tuple(replace(one, evidence=Evidence.CONFIRMED) for one in findings)
    assert [report.blamed(verdict) for verdict in verdicts] == [0, 1]


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_the_gradient_that_flows_refutes(severity):
    finding = static(weight(21), severity=severity)
    report = joined([finding], probe(seen(Status.OK)))
    assert report.findings == ()
    assert report.refuted == (
        replace(finding, severity=Severity.INFO, message="said (refuted: the probe saw the gradient flow)"),
    )
    assert report.exit_code == 0


@pytest.mark.parametrize(
    "finding, verdict",
    [
        pytest.param(static(weight(21)), seen(Status.UNKNOWN), id="not judged"),
        pytest.param(static(weight(99)), seen(Status.OK), id="not reached"),
        pytest.param(static(), seen(Status.OK), id="about no variable"),
        pytest.param(static(weight(21), severity=Severity.INFO), seen(Status.OK), id="no more than a hint"),
        pytest.param(static(weight(21), kind=Kind.NOT_APPLIED), seen(Status.OK), id="about what follows"),
        pytest.param(static(weight(21), kind=Kind.PROJECT), seen(Status.OK), id="about something else"),
        pytest.param(static(weight(21), kind=Kind.LOSSES_IGNORED), seen(Status.OK), id="one term of several"),
        pytest.param(static(weight(21), keras=("2",)), seen(Status.OK), id="about the other Keras"),
    ],
)
def test_what_a_flowing_gradient_does_not_refute(finding, verdict):
    report = joined([finding], probe(verdict))
    assert (report.findings, report.refuted) == ((finding,), ())


@pytest.mark.parametrize(
    "kind, left", [(Kind.WRONG_VARIABLES, True), (Kind.FROZEN, False), (Kind.CAPTURED, False)]
)
def test_a_run_that_was_ended_does_not_know_what_is_listed_later(kind, left):
    finding, run = static(weight(21), kind=kind), probe(seen(Status.OK))
    assert joined([finding], replace(run, cut_short=True)).findings == ((finding,) if left else ())
    assert joined([finding], run).findings == ()


def test_a_gradient_that_was_to_be_stopped_is_confirmed_by_its_arrival():
    finding = static(weight(21), kind=Kind.STOP_DISCARDED, severity=Severity.WARNING)
    confirmed = replace(finding, evidence=Evidence.CONFIRMED)
    assert joined([finding], probe(seen(Status.OK))).findings == (confirmed,)


def test_a_gradient_that_is_not_applied_is_confirmed_by_a_variable_that_stands_still():
    finding = static(weight(21), kind=Kind.NOT_APPLIED, severity=Severity.WARNING)
    still, moved = replace(seen(Status.OK), mark="still"), seen(Status.OK, path="layer/other")
    assert joined([finding], probe(still)).findings == (replace(finding, evidence=Evidence.CONFIRMED),)
    assert joined([finding], probe(still, moved)).findings == (finding,)


@pytest.mark.parametrize("kind, confirmed", [(Kind.TRACED, True), (Kind.CAPTURED, False)])
def test_zeros_that_nothing_explains_confirm_what_was_left_out_at_the_trace(kind, confirmed):
    finding, zero, alive = (
        static(weight(21), kind=kind),
        seen(Status.ZERO),
        seen(Status.OK, path="layer/other"),
    )
    evidence = Evidence.CONFIRMED if confirmed else Evidence.STATIC
    assert joined([finding], probe(zero)).findings == (replace(finding, evidence=evidence),)
    assert joined([finding], probe(zero, alive)).findings == (finding,)


@pytest.mark.parametrize("kind", [Kind.OUTSIDE_TAPE, Kind.WRONG_VARIABLES, Kind.REACHES_NOTHING])
@pytest.mark.parametrize("run", ["layer", "model"])
def test_a_loop_of_ours_says_nothing_of_the_programs_own(kind, run):
    finding = static(weight(21), kind=kind)
    flowing = replace(probe(seen(Status.OK)), kind=run)
    assert (joined([finding], flowing).findings, joined([finding], flowing).refuted) == ((finding,), ())
    assert joined([finding], replace(flowing, kind="tape")).findings == ()


def test_a_loop_of_ours_refutes_what_is_about_the_layer():
    assert joined([static(weight(21))], replace(probe(seen(Status.OK)), kind="layer")).findings == ()


def test_a_part_that_is_missing_is_not_refuted_by_the_rest():
    finding = replace(static(weight(21), severity=Severity.WARNING), partial=True)
    assert joined([finding], probe(seen(Status.OK))).findings == (finding,)


def test_the_very_cut_that_was_foretold_is_one_finding_whatever_else_it_starves():
    there = cause(line=9, kind=Kind.ZERO_SLOPE)
    verdicts = seen(Status.ZERO, there), seen(Status.ZERO, there, birth=22, path="layer/std")
    finding = replace(static(weight(21), kind=Kind.ZERO_SLOPE), rule="GC301")
    (met,) = joined([finding], probe(*verdicts)).findings
    assert (met.location.line, met.variables, met.evidence) == (23, ("mean", "std"), Evidence.CONFIRMED)


def test_a_model_in_the_others_place_has_a_gradient_that_nobody_asks_for():
    finding = static(weight(21), kind=Kind.ROLES_SWAPPED)
    assert joined([finding], probe(seen(Status.UNLISTED))).findings == (
        replace(finding, evidence=Evidence.CONFIRMED),
    )


def test_one_starved_variable_of_two_is_enough_not_to_refute():
    finding = static(weight(21), weight(22, "std"))
    verdicts = seen(Status.OK), seen(Status.NONE, cause(), birth=22, path="layer/std")
    assert joined([finding], probe(*verdicts)).findings == (replace(finding, evidence=Evidence.CONFIRMED),)


def test_what_is_frozen_when_a_list_is_made_has_a_gradient_that_nobody_asks_for():
    finding = static(weight(21), kind=Kind.FROZEN)
    assert joined([finding], probe(seen(Status.UNLISTED))).findings == (
        replace(finding, evidence=Evidence.CONFIRMED),
    )


def test_a_line_that_creates_many_variables_is_refuted_only_by_all_of_them():
    verdicts = seen(Status.OK), seen(Status.UNKNOWN, path="layer_1/mean")
    finding = static(weight(21))
    assert joined([finding], probe(*verdicts)).findings == (finding,)


def test_under_both_kerases_a_finding_keeps_the_one_it_holds_for():
    finding = static(weight(21))
    old, new = probe(seen(Status.NONE, cause()), keras="2.21.0"), probe(seen(Status.OK))
    report = joined([finding], old, new)
    assert report.findings == (replace(finding, evidence=Evidence.CONFIRMED, keras=("2",)),)
    assert report.refuted == ()


def test_a_finding_for_keras_3_is_not_confirmed_by_keras_2():
    finding = static(weight(21), keras=("3",))
    report = joined([finding], probe(seen(Status.NONE, cause()), keras="2.21.0"))
    assert [(one.evidence, one.keras) for one in report.findings] == [
        (Evidence.STATIC, ("3",)),
        (Evidence.PROBE, ("2",)),
    ]


def test_one_cut_is_one_finding_however_many_variables_it_starves():
    births = [Step(at(21), "created"), Step(at(22), "created"), Step(at(23), "cut here")]
    verdicts = (
        seen(Status.NONE, cause(kind=Kind.STOPPED, trail=(births[0], births[2]))),
        seen(Status.NONE, cause(kind=Kind.STOPPED, trail=(births[1], births[2])), birth=22, path="layer/std"),
    )
    report = joined([], probe(*verdicts, keras="2.21.0"), probe(*verdicts))
    (finding,) = report.findings
    assert finding.rule == "GC201"
    assert finding.message == "layer/mean and layer/std get none"
    assert finding.variables == ("mean", "std")
    assert finding.trail == tuple(births)
    assert finding.keras == ("2", "3")
    assert (finding.evidence, finding.severity) == (Evidence.PROBE, Severity.ERROR)


def test_cuts_of_one_kind_and_of_the_same_variables_are_one_finding():
    verdict = seen(Status.NONE, cause(line=23, kind=Kind.STOPPED), cause(line=30, kind=Kind.STOPPED))
    (finding,) = joined([], probe(verdict)).findings
    assert (finding.location.line, finding.trail) == (23, (Step(at(30), "and here"),))


@pytest.mark.parametrize(
    "statuses, severity",
    [
        pytest.param([Status.ZERO], Severity.WARNING, id="zero is as bad as its rule says"),
        pytest.param([Status.ZERO, Status.NAN], Severity.ERROR, id="one of them is worse"),
        pytest.param([Status.UNTRACKED], Severity.ERROR, id="untracked"),
    ],
)
def test_how_bad_a_measured_finding_is(statuses, severity):
    verdicts = [seen(status, cause(kind=Kind.ZERO_SLOPE), path=f"w{n}") for n, status in enumerate(statuses)]
    assert [one.severity for one in joined([], probe(*verdicts)).findings] == [severity]


def test_without_a_cause_the_birth_stands_in():
    (finding,) = joined([], probe(seen(Status.NAN))).findings
    assert (finding.rule, finding.kind, finding.location) == ("GC000", Kind.UNEXPLAINED, at(21))
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    "status, severity",
    [(Status.UNBUILT, Severity.WARNING), (Status.UNTRACKED, Severity.ERROR), (Status.NONE, Severity.ERROR)],
)
def test_what_may_be_deliberate_is_no_error_without_a_line(status, severity):
    assert [one.severity for one in joined([], probe(seen(status))).findings] == [severity]


def test_without_any_line_the_program_stands_in():
    (finding,) = joined([], probe(seen(Status.NONE, birth=None), target="model.py:make")).findings
    assert finding.location == Location("model.py", 1)


def test_a_kind_without_a_rule_is_said_at_its_line():
    (finding,) = joined([], probe(seen(Status.NONE, cause(line=30, kind=Kind.METRIC)))).findings
    assert (finding.rule, finding.location.line) == ("GC000", 30)


def paths_of(*paths, good=(), keras="3.15.1"):
    bad = [seen(Status.NONE, cause(kind=Kind.STOPPED), path=path) for path in paths]
    return probe(*bad, *(seen(Status.OK, path=path) for path in good), keras=keras)


def test_names_are_short_where_they_are_unique():
    (finding,) = joined([], paths_of("dense/kernel:0", "dense_1/kernel:0", "dense/bias:0")).findings
    assert finding.variables == ("dense/kernel", "dense_1/kernel", "bias")


def test_names_are_unique_in_one_program_not_in_two():
    old, new = paths_of("layer/mean:0", keras="2.21.0"), paths_of("model/layer/mean")
    (finding,) = joined([], old, new).findings
    assert finding.variables == ("mean",)


@pytest.mark.parametrize(
    "starved, good, said",
    [
        pytest.param(["a/k:0", "a/b:0"], ["c/k"], "a/k and a/b get none", id="few"),
        pytest.param(["n/a/k", "n/a/b", "n/b/k", "n/b/b"], ["n/c/k"], "n/a and n/b get none", id="layers"),
        pytest.param(["n/a/k", "n/a/b", "n/b/k", "n/b/b"], ["m/c/k"], "n gets none", id="a model"),
        pytest.param(["a/k", "a/b", "b/k", "w"], ["b/b"], "a, b/k and w get none", id="layers and variables"),
    ],
)
def test_of_many_variables_the_layers_are_named(starved, good, said):
    assert [one.message for one in joined([], paths_of(*starved, good=good)).findings] == [said]


def test_every_bad_variable_knows_its_finding():
    verdicts = (
        seen(Status.OK, path="good", birth=50),
        seen(Status.NONE, cause(), path="mean"),
        seen(Status.ZERO, cause(line=60, kind=Kind.ZERO_SLOPE), path="late", birth=51),
        seen(Status.NAN, path="lost", birth=52),
    )
    report = joined([static(weight(21))], probe(*verdicts))
    assert [report.blamed(verdict) for verdict in verdicts] == [None, 0, 1, 2]


def test_a_part_of_the_loss_that_dies_is_a_warning() -> None:
    report = joined([], probe(seen(Status.OK, cause())))
    (finding,) = report.findings
    assert (finding.rule, finding.severity, finding.evidence) == ("GC101", Severity.WARNING, Evidence.PROBE)
    assert finding.message == "part of the gradient of layer/mean is lost: layer/mean gets none"
    assert report.exit_code == 1


def test_a_part_that_dies_confirms_a_warning_and_softens_an_error() -> None:
    for severity in (Severity.WARNING, Severity.ERROR):
        finding = static(weight(21), severity=severity)
        (met,) = joined([finding], probe(seen(Status.OK, cause()))).findings
        assert met == replace(finding, evidence=Evidence.CONFIRMED, severity=Severity.WARNING)


def test_a_cut_that_starves_one_variable_and_a_part_of_another_is_told_of_the_first() -> None:
    other = seen(Status.OK, cause(), birth=22, path="layer/other")
    (finding,) = joined([], probe(seen(Status.NONE, cause()), other)).findings
    assert (finding.severity, finding.variables) == (Severity.ERROR, ("mean",))


def test_a_variable_that_nobody_asks_for_accuses_nobody_by_itself() -> None:
    assert joined([], probe(seen(Status.UNLISTED), seen(Status.FROZEN))).findings == ()
    wrong = static(weight(21), kind=Kind.WRONG_VARIABLES, severity=Severity.WARNING)
    (met,) = joined([wrong], probe(seen(Status.UNLISTED))).findings
    assert met.evidence is Evidence.CONFIRMED
    other = static(weight(21), kind=Kind.CAPTURED)
    assert joined([other], probe(seen(Status.UNLISTED))).findings == (other,)


def test_a_name_that_is_put_together_is_told_as_it_came_out():
    made = replace(static(Weight('f"gain_{n}"', 'f"gain_{n}"', at(21))), message='f"gain_{n}" gets none')
    verdicts = seen(Status.NONE, cause(), path="net/gain_0"), seen(Status.NONE, cause(), path="net/gain_1")
    (met,) = joined([made], probe(*verdicts)).findings
    assert met.message == "gain_0 and gain_1 gets none"


def test_the_programs_own_text_stays_as_it_is():
    made = static(Weight("gain_{n}", "gain_{n}", at(21)))
    made = replace(made, message='gain_{n} is not trained: `Variable(name=f"gain_{n}")`')
    verdicts = seen(Status.NONE, cause(), path="net/gain_0"), seen(Status.NONE, cause(), path="net/gain_1")
    (met,) = joined([made], probe(*verdicts)).findings
    assert met.message == 'gain_0 and gain_1 is not trained: `Variable(name=f"gain_{n}")`'


def test_an_element_of_a_list_goes_by_its_own_name():
    named, listed = Weight("w", "w", at(21)), Weight("curves", "self.curves[...]", at(21))
    told = RULES[Kind.STOPPED].find(Cut(Kind.STOPPED, at(21), "code"), (named, listed))
    assert told.weights == (named,)
    alone = RULES[Kind.STOPPED].find(Cut(Kind.STOPPED, at(21), "code"), (listed,))
    assert alone.weights == (listed,)


def test_what_an_added_loss_would_train_is_stopped_on_purpose():
    ignored = static(weight(21), line=30, kind=Kind.LOSSES_IGNORED)
    stopped = seen(Status.NONE, cause(kind=Kind.STOPPED))
    assert joined([ignored], probe(stopped)).findings == (replace(ignored, evidence=Evidence.CONFIRMED),)
    mild = replace(ignored, severity=Severity.WARNING)
    assert [one.kind for one in joined([mild], probe(stopped)).findings] == [Kind.STOPPED]


def test_a_layer_whose_name_is_put_together_goes_by_its_own():
    layer = Weight("{name}_conv", "{name}_conv", at(21))
    made = replace(static(layer, weight(22)), message="{name}_conv and mean get none")
    paths = [f"net/block{n}_conv/{part}" for n in range(4) for part in ("kernel", "bias")]
    (met,) = joined([made], probe(*(seen(Status.NONE, cause(), path=path) for path in paths))).findings
    assert met.message == "block0_conv, block1_conv, block2_conv and 1 more and mean get none"


def test_two_names_that_one_line_puts_together_are_kept_apart():
    made = [Weight(f"lr_{kind}{{i}}", f"lr_{kind}{{i}}", at(21)) for kind in "wb"]
    told = replace(static(*made), message="lr_w{i} and lr_b{i} get none")
    paths = [f"net/lr_{kind}{n}" for n in range(2) for kind in "wb"]
    (met,) = joined([told], probe(*(seen(Status.NONE, cause(), path=path) for path in paths))).findings
    assert met.message == "lr_w0 and lr_w1 and lr_b0 and lr_b1 get none"


@pytest.mark.parametrize("owner", ["", "loss", "module", "nothing"])
def test_the_words_fit_the_owner(owner):
    row = replace(RULES[Kind.STOPPED], advice="as usual", variants=(("loss", Words(advice="as for a loss")),))
    cut = Cut(Kind.STOPPED, at(23), "code")
    (finding,) = [row.find(cut, (replace(weight(21), owner=owner),))]
    assert finding.advice == ("as for a loss" if owner == "loss" else "as usual")


def test_what_an_earlier_pass_left_as_numbers_is_no_second_cause():
    finding = static(weight(21))
    verdict = seen(Status.NONE, cause(), cause(line=7, kind=Kind.NUMPY))
    assert joined([finding], probe(verdict)).findings == (replace(finding, evidence=Evidence.CONFIRMED),)


@pytest.mark.parametrize("starved", [("b",), ("b", "c")], ids=["one", "two"])
def test_a_list_of_others_is_told_of_the_programs_own_variables_that_it_leaves_out(starved):
    asked = Weight("model", "model", at(30))
    finding = replace(static(asked, line=30, kind=Kind.WRONG_VARIABLES), message="model gets none: why")
    own = [
        replace(seen(Status.UNTRACKED, cause(10 + n, kind=Kind.UNTRACKED), birth=10 + n), variable=made)
        for n, name in enumerate(starved)
        for made in [Variable(name, at(10 + n), (1,), "float32", "nothing")]
    ]
    told = joined([finding], probe(*own)).findings
    verb = "gets" if len(starved) == 1 else "get"
    assert [(one.message, one.evidence, one.variables) for one in told] == [
        (f"{' and '.join(starved)} {verb} none: why", Evidence.CONFIRMED, starved)
    ]


def test_a_layers_weight_that_no_list_holds_is_told_where_it_is_made():
    asked = Weight("model", "model", at(30))
    finding = static(asked, line=30, kind=Kind.WRONG_VARIABLES)
    told = joined([finding], probe(seen(Status.UNTRACKED, birth=10))).findings
    assert sorted(one.location.line for one in told) == [10, 30]
