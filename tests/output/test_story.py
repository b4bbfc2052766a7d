"""A finding as a story: what of it is told once for all of its rule, its fix, and what fits the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradcheck.output import Screen, render
from gradcheck.report.finding import Cut, Edit, Fix, Location, Step, Weight
from gradcheck.report.kinds import Evidence, Kind, Status
from gradcheck.report.report import Report
from gradcheck.report.verdict import Cause

from .samples import CUT, FIXED, PROBE, SCREEN, STATIC, spot

SIGMA = Weight("std", "self.sigma", spot(8, 'self.add_weight(name="std", shape=[1], initializer="ones")'))
OTHER = replace(
    STATIC,
    message="self.sigma gets no gradient: it is read once, in build()",
    location=spot(9, "self.sigma[0]"),
    weights=(SIGMA,),
    trail=(Step(SIGMA.birth, "created"), Step(spot(9, "self.sigma[0]"), "read here, once")),
    advice="Make the value in call(), from self.sigma, each time it is used.",
)


def told(*findings, probes=(), **screen):
    report = Report(findings=findings, probes=probes, files=1)
    return render("text", report, replace(SCREEN, **screen)).splitlines()


def labels(lines):
    return [line.split()[0] for line in lines if line[:2] == "  " and line[2:3].isalpha()]


def test_findings_of_one_rule_in_a_file_share_their_reasons():
    lines = told(STATIC, OTHER)
    assert labels(lines) == ["why", "what", "evidence", "read"]
    assert [line for line in lines if line.startswith("bell.py:9:")] == [
        "bell.py:9:46: error GC101 self.mu gets no gradient: it is read once, in build()",
        "bell.py:9:58: error GC101 self.sigma gets no gradient: it is read once, in build()",
    ]


def test_they_stand_together_where_the_first_one_is():
    elsewhere = replace(STATIC, location=Location("other.py", 1, 1), trail=(), weights=())
    lines = told(STATIC, elsewhere, OTHER)
    at = [line.split()[0] for line in lines if " error " in line]
    assert at == ["bell.py:9:46:", "bell.py:9:58:", "other.py:1:1:"]
    assert labels(lines).count("why") == 2


@pytest.mark.parametrize(
    "changes, label",
    [
        ({"why": "Something else."}, "why"),
        ({"advice": "Another remedy."}, "what"),
        ({"keras": ("3",)}, "evidence"),
        ({"evidence": Evidence.CONFIRMED}, "evidence"),
    ],
)
def test_what_is_not_the_same_is_told_again(changes, label):
    assert labels(told(STATIC, replace(OTHER, **changes)))[4:] == [label]


def test_what_was_measured_is_told_of_each():
    lines = told(STATIC, OTHER, probes=(PROBE,))
    assert [line for line in lines if line.startswith("  evidence")] == [
        "  evidence  static: the source shows it; the run names no line (none: bell/mean)",
        "  evidence  static",
    ]


@pytest.mark.parametrize(
    "status, places, said",
    [
        (Status.NONE, [("bell.py", 30)], "the run blames line 30 (none: bell/mean)"),
        (
            Status.NONE,
            [("bell.py", 30), ("a.py", 4)],
            "the run blames lines 4 of a.py and 30 (none: bell/mean)",
        ),
        (Status.OK, [], "in the run its gradient arrived"),
        (Status.UNKNOWN, [], "the run could not judge it"),
    ],
)
def test_what_a_run_says_to_a_finding_that_it_did_not_confirm(status, places, said):
    (verdict, *_) = PROBE.verdicts
    causes = tuple(Cause(Cut(Kind.STOPPED, Location(*place), "code")) for place in places)
    probe = replace(PROBE, verdicts=(replace(verdict, status=status, causes=causes),))
    (line,) = [line for line in told(STATIC, probes=(probe,)) if line.startswith("  evidence")]
    assert line == f"  evidence  static: the source shows it; {said}"


def test_a_fix_is_told_once_for_all_that_it_repairs():
    shared = replace(OTHER, fix=FIXED.fix)
    lines = told(FIXED, shared)
    assert labels(lines).count("fix") == 1
    assert [line.count("[*]") for line in lines if " error " in line] == [1, 1]
    unlike = replace(OTHER, fix=replace(FIXED.fix, title="Another one"))
    assert labels(told(FIXED, unlike)).count("fix") == 2
    assert "[*] 2 can be repaired with `--fix`" in lines


@pytest.mark.parametrize(
    "safe, counted",
    [(True, "[*] 1 can be repaired with `--fix`"), (False, "1 can be repaired with `--fix --unsafe-fixes`")],
)
def test_what_can_be_repaired_is_counted(safe, counted):
    lines = told(replace(FIXED, fix=replace(FIXED.fix, safe=safe)))
    assert lines[-2] == counted
    assert ("[*]" in lines[0]) is safe


@pytest.mark.parametrize("changes", [{"verified": False}, {"reason": "the run did not confirm the fault"}])
def test_what_was_tried_in_vain_is_not_counted(changes):
    assert not any("[*]" in line for line in told(replace(FIXED, fix=replace(FIXED.fix, **changes))))


def test_a_reader_who_cannot_pass_flags_is_not_told_of_them():
    assert not any("can be repaired" in line for line in told(FIXED, flags=False))


def lines_of_fix(edits, source, width=100):
    page = Screen(read=lambda _: source.split("\n"), width=width)
    finding = replace(STATIC, trail=(), fix=Fix("Title", True, tuple(edits)))
    lines = render("text", Report(findings=(finding,)), page).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  fix "))
    last = next(number for number, line in enumerate(lines) if line.startswith("  evidence"))
    return [line[12:] for line in lines[first + 1 : last]]


def edit(line, column, end_line, end_column, text):
    return Edit(Location("bell.py", line, column, end_line, end_column), text)


@pytest.mark.parametrize(
    "edits, source, shown",
    [
        pytest.param(
            [edit(2, 5, 2, 6, "call")], "a\n    b(x)\nc", ["2 - b(x)", "2 + call(x)"], id="within a line"
        ),
        pytest.param([edit(2, 1, 3, 1, "")], "a\nb\nc", ["2 - b"], id="a line less"),
        pytest.param([edit(3, 1, 3, 1, "n\r\n")], "a\nb\nc", ["3 + n"], id="a line more"),
        pytest.param([edit(3, 1, 3, 2, "d\ne")], "a\nb\nc", ["3 - c", "3 + d", "4 + e"], id="the last line"),
        pytest.param(
            [edit(1, 1, 1, 1, "import x\n"), edit(9, 1, 9, 2, "x")],
            "\n".join("abcdefghi"),
            [" 1 + import x", " 9 - i", "10 + x"],
            id="far apart",
        ),
        pytest.param([edit(2, 1, 2, 1, "n\n\n")], "a\nb", ["2 + n"], id="an empty line more"),
        pytest.param([edit(1, 1, 1, 2, "\tb")], "\ta", ["1 - a", "1 + ba"], id="tabs"),
        pytest.param([edit(1, 1, 1, 2, "n\n" * 7)], "a\nb", [], id="long"),
        pytest.param([edit(1, 1, 1, 2, "n" * 99)], "a\nb", [], id="wide"),
        pytest.param([edit(1, 1, 1, 2, "\u5c64" * 44)], "a\nb", [], id="wide characters"),
        pytest.param([edit(7, 1, 7, 2, "n")], "a", [], id="beyond the file"),
        pytest.param(
            [edit(1, 1, 1, 2, "n"), Edit(Location("m.py", 1, 1, 1, 2), "n")], "a", [], id="two files"
        ),
    ],
)
def test_a_short_fix_is_shown(edits, source, shown):
    assert lines_of_fix(edits, source) == shown


def test_how_to_see_a_long_fix_is_said():
    (line,) = (line for line in told(replace(FIXED, fix=Fix("Title", True, ()))) if line.startswith("  fix"))
    assert line == "  fix       Title (`--diff` shows it, `--fix` applies it)"
    (line,) = (line for line in told(FIXED) if line.startswith("  fix"))
    assert line == "  fix       Make the distribution in call() (`--fix` applies it)"


def test_what_an_edit_holds_cannot_reach_the_terminal():
    poison = Fix("Title", True, (Edit(spot(12, "self.bell"), "x\x1b[2J\u202e\n::error::y"),))
    text = render("text", Report(findings=(replace(FIXED, fix=poison),)), SCREEN)
    assert "return tf.clip_by_value(x\\x1b[2J\\u202e\n" in text
    assert "13 + \\::error::y.prob(x), 1e-9, 1.0)\n" in text


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_a_headline_fits_the_screen(width):
    long = replace(FIXED, message="self.mu gets no gradient: " + "`tf.math.softplus(self.mu[0])` " * 4)
    lines = told(long, width=width)
    assert lines[0] == "bell.py:9:46: error GC101 [*]"
    assert all(len(line) <= width for line in lines[: lines.index("")])


def test_the_first_line_of_a_frame_says_its_file_when_it_is_another_one():
    born = Step(Location("base.py", 3, 1, 3, 2), "created")
    finding = replace(STATIC, trail=(born, Step(CUT, "read here, once")))
    lines = told(finding)
    assert lines[2:5] == ["    ── base.py", "  3 │ created", "    ── bell.py"]
