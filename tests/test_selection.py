"""Which findings are shown: rules that are on, the user's severities, changed lines."""

from __future__ import annotations

import os
from dataclasses import replace

from gradcheck.config.options import Options
from gradcheck.filter.selection import concerning, grown, left_out, narrow, on_changed_lines
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Evidence, Kind, Severity
from gradcheck.report.report import Problem, Report


def finding(rule="GC101", line=1, path="model.py", severity=Severity.ERROR, keras=("2", "3"), end=0):
    return Finding(rule, "a-name", severity, "said", Location(path, line, 1, end), Kind.CAPTURED, keras=keras)


def test_findings_come_in_source_order():
    found = [finding(line=9), finding("GC201", 2), finding(path="a.py"), finding("GC102", 2)]
    shown = narrow(Report(findings=tuple(found)), Options()).findings
    assert [(one.location.path, one.location.line, one.rule) for one in shown] == [
        ("a.py", 1, "GC101"),
        ("model.py", 2, "GC102"),
        ("model.py", 2, "GC201"),
        ("model.py", 9, "GC101"),
    ]


def test_a_rule_that_is_off_is_not_shown():
    report = Report(findings=(finding(), finding("GC201")), refuted=(finding("GC201"),))
    narrowed = narrow(report, Options(ignore=("GC2",)))
    assert narrowed == Report(findings=(finding(),))


def test_infos_are_shown_to_those_who_ask():
    report = Report(findings=(finding("GC901", severity=Severity.INFO),))
    assert narrow(report, Options()).findings == ()
    assert narrow(report, Options(extend_select=("GC901",))) == report


def test_a_refuted_finding_is_always_said():
    report = Report(refuted=(finding(severity=Severity.INFO),))
    assert narrow(report, Options()) == report


def test_a_severity_that_was_lowered_to_info_hides():
    report = Report(findings=(finding(),))
    assert narrow(report, Options(severity=(("GC101", Severity.INFO),))).findings == ()
    (raised,) = narrow(report, Options(severity=(("GC1", Severity.WARNING),))).findings
    assert raised.severity is Severity.WARNING


def test_a_file_may_ignore_rules():
    options = Options(per_file_ignores=(("tests/*", ("GC1",)),))
    report = Report(
        findings=(finding(path="tests/model.py"), finding("GC201", path="tests/model.py"), finding())
    )
    assert [(one.rule, one.location.path) for one in narrow(report, options).findings] == [
        ("GC101", "model.py"),
        ("GC201", "tests/model.py"),
    ]


def test_a_finding_concerns_the_kerases_it_holds_for():
    both, old, new = finding(), finding(line=2, keras=("2",)), finding(line=3, keras=("3",))
    assert list(concerning((both, old, new), ("2",))) == [both, old]
    assert list(concerning((both, old, new), ("2", "3"))) == [both, old, new]


def test_a_finding_is_on_a_changed_line_when_its_range_touches_one():
    changed = {"model.py": frozenset({5})}
    near, far, long = finding(line=5), finding(line=6), finding(line=3, end=7)
    elsewhere = finding(line=5, path="other.py")
    report = Report(findings=(near, far, long, elsewhere))
    assert on_changed_lines(report, changed).findings == (near, long)


def test_what_a_file_has_more_of_than_earlier_is_shown_whole():
    report = Report(findings=(finding(line=1), finding(line=5), finding("GC201", 9), finding(path="b.py")))
    earlier = Report(findings=(finding(line=3), finding("GC201", 2), finding(path="b.py", line=7)))
    assert grown(report, earlier) == {(os.path.abspath("model.py"), "GC101")}
    assert on_changed_lines(report, {}, grown(report, earlier)).findings == report.findings[:2]


def test_of_a_file_that_could_not_be_read_earlier_nothing_is_new():
    earlier = Report(errors=(Problem("model.py", 3, "cannot be parsed"),))
    assert grown(Report(findings=(finding(),)), earlier) == set()
    assert grown(Report(findings=(finding(path="b.py"),)), earlier) == {(os.path.abspath("b.py"), "GC101")}


def test_what_only_the_probe_sees_is_told_by_its_lines():
    seen = replace(finding(line=2), evidence=Evidence.PROBE)
    assert not left_out(Report(findings=(seen,)), {})
    report = Report(findings=(seen, finding(line=4)))
    assert left_out(report, {"model.py": frozenset({2})})
    assert not left_out(report, {"model.py": frozenset({4})})
    assert on_changed_lines(report, {}, grown(report, Report())).findings == report.findings[1:]
