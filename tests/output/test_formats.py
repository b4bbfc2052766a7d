"""Every format: its golden text, and what makes it valid to those who read it.

`GRADCHECK_WRITE_GOLDENS=1 pytest tests/output` rewrites the goldens; review them as text.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from click.testing import CliRunner

from gradcheck.cli.commands import main
from gradcheck.output import Screen, formats, render, tells_notes
from gradcheck.registry import Entry
from gradcheck.report.finding import Edit, Fix, Location
from gradcheck.report.kinds import Kind, Severity
from gradcheck.report.report import Problem, Report
from gradcheck.rule import Rule

from .samples import CONFIRMED, EMPTY, FAILED, FIXED, FULL, HINT, PROBE, SCREEN, STATIC

GOLDENS = Path(__file__).parent / "goldens"
REPORTS = {
    "full": FULL,
    "clean": replace(EMPTY, probes=(replace(PROBE, verdicts=PROBE.verdicts[1:2], notes=()),)),
    "failed": Report(findings=(STATIC,), probes=(FAILED,), files=1),
    "fixed": Report(findings=(FIXED,), files=1),
}
ENTRY = Entry(
    Rule("rules.weight_read_in_build", "GC101", Kind.CAPTURED, Severity.ERROR, "0.1", "", "", ""),
    "A weight is read too early.\n\n## What it does\nSays so.\n",
    lambda facts: (),
)
OURS = json.loads((Path(render.__code__.co_filename).parent / "report.schema.json").read_text())


@pytest.fixture(autouse=True)
def fixed_pages(monkeypatch):
    """The pages of the rules may change; what formats make of a page may not."""
    monkeypatch.setattr("gradcheck.output.sarif.entries", lambda: (ENTRY,))
    for module in ("json", "sarif", "html.view"):
        monkeypatch.setattr(f"gradcheck.output.{module}.__version__", "1.2.3")


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize("report", REPORTS)
def test_golden(name, report):
    text = render(name, REPORTS[report], replace(SCREEN, statistics=report == "full", weights=True))
    golden = GOLDENS / f"{report}.{name}"
    if os.environ.get("GRADCHECK_WRITE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(text.encode())
    how = "GRADCHECK_WRITE_GOLDENS=1 pytest tests/output writes it; review it as text"
    assert golden.exists(), f"{golden.name} is missing: {how}"
    assert text == golden.read_bytes().decode(), how


@pytest.mark.parametrize("name", formats())
def test_no_format_loses_what_went_wrong(name):
    """A finding, a false alarm of ours, a file that could not be read, a program that could not be judged."""
    whole = Report(
        findings=(replace(HINT, message="says-finding"),),
        refuted=(replace(HINT, severity=Severity.INFO, message="says-refuted"),),
        errors=(Problem("unread.py", 3, "says-error"),),
        probes=(
            replace(FAILED, target="failed.py", reason="says-failed"),
            replace(FAILED, target="broken.py", status="broken", reason="says-broken"),
        ),
        files=1,
    )
    text = render(name, whole, SCREEN)
    for word in ("finding", "refuted", "error", "failed", "broken"):
        assert f"says-{word}" in text, f"--format {name} drops what {word} stands for"
    for path in ("unread.py", "failed.py", "broken.py"):
        assert path in text, f"--format {name} does not say that {path} was not looked at"


def test_there_is_no_golden_without_its_format():
    wanted = {f"{report}.{name}" for report in REPORTS for name in formats()}
    assert {file.name for file in GOLDENS.iterdir()} == wanted


@pytest.mark.parametrize("report", REPORTS)
def test_json_is_what_its_schema_says(report):
    jsonschema.Draft202012Validator.check_schema(OURS)
    whole = json.loads(render("json", REPORTS[report], SCREEN))
    jsonschema.Draft202012Validator(OURS).validate(whole)
    assert list(whole) == ["schema", "tool", "findings", "probes", "weights", "errors", "fixed", "notes"]


def test_a_variable_points_at_its_finding():
    probe = json.loads(render("json", FULL, SCREEN))["probes"][0]
    assert [(one["path"], one["gradient"], one["finding"]) for one in probe["variables"]] == [
        ("bell/mean", "none", 0),
        ("bell/std", "ok", None),
        ("bell/grid", "nan", None),
    ]


def test_json_holds_no_nan():
    assert "NaN" not in render("json", FULL, SCREEN)


def test_json_lines_are_the_same_rows():
    whole = json.loads(render("json", FULL, SCREEN))
    lines = [json.loads(line) for line in render("json-lines", FULL, SCREEN).splitlines()]
    assert [line.pop("type") for line in lines] == ["finding"] * 3 + ["probe", "error"] + ["note"] * 2
    assert lines == [*whole["findings"], *whole["probes"], *whole["errors"], *whole["notes"]]


def test_json_has_every_note_and_the_line_of_one_about_a_comment():
    assert json.loads(render("json", FULL, SCREEN))["notes"] == [
        {"path": "bell.py", "line": 12, "message": "this comment silences nothing"},
        {"message": "3 more files are in folders that are left out"},
    ]
    assert json.loads(render("json", EMPTY, SCREEN))["notes"] == []


def notified(report):
    """Level, text and lines of each notification of a run, in SARIF."""
    (run,) = json.loads(render("sarif", report, SCREEN))["runs"]
    (invocation,) = run["invocations"]
    return [
        (
            one["level"],
            one["message"]["text"],
            [place["physicalLocation"]["region"]["startLine"] for place in one.get("locations", [])],
        )
        for one in invocation["toolExecutionNotifications"]
    ]


def test_sarif_notifies_of_what_went_wrong_and_of_every_note():
    kept = "kept apart by an overlay and thrown away: no file that was there before was changed"
    assert notified(FULL) == [
        ("error", "cannot be parsed: invalid syntax", [3]),
        ("note", f"bell.py: writes: {kept}", []),
        ("note", "bell.py: the second half of the data was not reached", []),
        ("note", "this comment silences nothing", [12]),
        ("note", "3 more files are in folders that are left out", []),
    ]
    assert notified(EMPTY) == []


def test_formats_that_tell_notes_do_and_the_others_do_not_say_so():
    word = "says-note"
    telling = [name for name in formats() if word in render(name, Report(notes=(word,), files=1), SCREEN)]
    assert telling == [name for name in formats() if tells_notes(name)]
    assert telling == ["html", "json", "json-lines", "sarif", "text"]


@pytest.mark.parametrize("form", formats())
def test_where_a_format_has_no_place_for_a_note_it_is_told_beside(form, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cell = {"cell_type": "code", "source": "%%python\nimport tensorflow as tf\nw = tf.Variable(1.0)\n"}
    Path("book.ipynb").write_text(json.dumps({"cells": [cell]}))
    done = CliRunner().invoke(main, ["check", "book.ipynb", "--format", form])
    note = "1 cell was not looked at, as a magic takes the text: cell 1 (%%python)"
    assert done.exit_code == 0
    assert (note in done.stdout) == tells_notes(form)
    assert done.stderr == ("" if tells_notes(form) else f"note: book.ipynb: {note}\n")


def test_github_escapes_what_would_end_a_property():
    strange = replace(HINT, location=Location("a,b:c.py", 1), message="50 %\nmore")
    first = render("github", Report(findings=(strange,)), SCREEN).splitlines()[0]
    place = "file=a%2Cb%3Ac.py,line=1,endLine=1,col=1,endColumn=1"
    assert first == f"::warning {place},title=GC302 saturated-clip::50 %25 more"


def test_gitlab_fingerprints_are_distinct_and_stay_when_lines_move():
    moved = replace(HINT, location=Location("bell.py", 99, 3))
    once, twice = (
        json.loads(render("gitlab", Report(findings=one), SCREEN)) for one in ((HINT,), (moved, moved))
    )
    assert once[0]["fingerprint"] == twice[0]["fingerprint"] != twice[1]["fingerprint"]


def test_junit_counts_and_strips_what_xml_cannot_hold():
    strange = replace(CONFIRMED, message="a \x1b[31m red \ufffe bell <&>")
    root = ElementTree.fromstring(render("junit", replace(FULL, findings=(strange, HINT)), SCREEN))
    suite = root.find("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("5", "2", "1")
    assert suite.find("testcase/failure").get("message") == "a \ufffd[31m red \ufffd bell <&>"


def test_junit_is_never_empty():
    assert ElementTree.fromstring(render("junit", EMPTY, SCREEN)).find("testsuite").get("tests") == "1"


def test_rdjson_counts_bytes():
    screen = Screen(read=lambda _: ["x = 'µµ' + self.w[0]"])
    finding = replace(HINT, location=Location("m.py", 1, 12, 1, 21))
    (diagnostic,) = json.loads(render("rdjson", Report(findings=(finding,)), screen))["diagnostics"]
    assert diagnostic["location"]["range"] == {
        "start": {"line": 1, "column": 14},
        "end": {"line": 1, "column": 23},
    }


def test_sarif_names_files_by_uri():
    places = [
        Location("my model/n\u00e9t.py", 1),
        Location("/srv/a b.py", 1),
        Location("a;b#c?d%20&e=:f.py", 1),
        Location("/srv/a;b#c?d%20\udcff.py", 1),
    ]
    findings = tuple(replace(HINT, location=place) for place in places)
    (run,) = json.loads(render("sarif", Report(findings=findings), SCREEN))["runs"]
    assert [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]
    ] == [
        "my%20model/n%C3%A9t.py",
        "file:///srv/a%20b.py",
        "a%3Bb%23c%3Fd%2520%26e%3D%3Af.py",
        "file:///srv/a%3Bb%23c%3Fd%2520%FF.py",
    ]


IN_A_CELL = replace(
    HINT,
    location=Location("net.ipynb#cell3", 2, 1, 2, 5),
    fix=Fix("Call it", True, (Edit(Location("net.ipynb#cell3", 2, 1, 2, 5), "call"),)),
)


@pytest.mark.parametrize("name", ["github", "gitlab", "junit", "rdjson", "sarif"])
def test_where_there_are_no_cells_a_finding_in_one_points_at_the_notebook_and_carries_no_edit(name):
    text = render(name, Report(findings=(IN_A_CELL,)), SCREEN)
    assert re.search(r"(\b(file|path|uri)\"?[=:] ?\"?)net\.ipynb\b(?!#)", text), text
    assert "cell 3, line 2: the gradient is zero" in text
    assert "#cell" not in text
    assert not re.search(r'(line|startLine|begin)"?[=:] ?"?2', text), text
    assert "Call it" not in text


def test_json_names_the_cell_of_a_place_in_a_notebook():
    report = Report(findings=(IN_A_CELL,), errors=(Problem("net.ipynb#cell1", 4, "cannot be parsed"),))
    whole = json.loads(render("json", report, SCREEN))
    jsonschema.Draft202012Validator(OURS).validate(whole)
    (finding,), (error,) = whole["findings"], whole["errors"]
    assert (finding["path"], finding["cell"], finding["line"]) == ("net.ipynb", 3, 2)
    (edit,) = finding["fix"]["edits"]
    assert (edit["path"], edit["cell"], edit["line"], edit["text"]) == ("net.ipynb", 3, 2, "call")
    assert (error["path"], error["cell"], error["line"]) == ("net.ipynb", 1, 4)


def test_a_comment_in_a_cell_is_told_at_the_top_of_its_notebook_in_sarif():
    comment = Problem("net.ipynb#cell3", 2, "this comment silences nothing")
    report = Report(unused_comments=(comment,))
    assert notified(report) == [("note", "cell 3, line 2: this comment silences nothing", [1])]
    assert "#cell" not in render("sarif", report, SCREEN)
    (note,) = json.loads(render("json", report, SCREEN))["notes"]
    assert (note["path"], note["cell"], note["line"]) == ("net.ipynb", 3, 2)


UNSAFE = replace(HINT, fix=Fix("Drop the clip", False, (Edit(Location("bell.py", 12, 16), "x"),)))


def test_an_unsafe_fix_is_named_by_rdjson_and_not_offered():
    (diagnostic,) = json.loads(render("rdjson", Report(findings=(UNSAFE,)), SCREEN))["diagnostics"]
    assert diagnostic["suggestions"] == []
    assert diagnostic["message"].endswith("(an unsafe fix: Drop the clip; `--unsafe-fixes --diff` shows it)")


def test_an_unsafe_fix_is_marked_in_sarif():
    (run,) = json.loads(render("sarif", Report(findings=(UNSAFE,)), SCREEN))["runs"]
    (fix,) = run["results"][0]["fixes"]
    assert fix["description"]["text"] == "Unsafe, as it changes more than the gradient: Drop the clip"


@pytest.mark.skipif(
    "SARIF_SCHEMA" not in os.environ, reason="SARIF_SCHEMA names no copy of the standard's schema"
)
@pytest.mark.parametrize("report", REPORTS)
def test_sarif_is_what_the_standard_says(report):
    schema = json.loads(Path(os.environ["SARIF_SCHEMA"]).read_text())
    whole = json.loads(render("sarif", REPORTS[report], SCREEN))
    jsonschema.validators.validator_for(schema)(schema).validate(whole)


def test_a_report_whose_findings_are_all_infos_exits_0():
    info = replace(HINT, severity=Severity.INFO)
    assert Report(findings=(info,)).exit_code == 0
    assert Report(findings=(info, HINT)).exit_code == 1
    assert Report(findings=(HINT,), errors=FULL.errors).exit_code == 2
    assert Report(probes=(FAILED,)).exit_code == 2


@pytest.mark.parametrize(
    "status, verdicts, code",
    [
        pytest.param("broken", (), 2, id="crashed before any gradient"),
        pytest.param("broken", PROBE.verdicts[1:2], 0, id="crashed after good gradients"),
        pytest.param("ok", (), 0, id="ran and trains nothing"),
    ],
)
def test_a_program_that_crashed(status, verdicts, code):
    assert Report(probes=(replace(PROBE, status=status, verdicts=verdicts),)).exit_code == code
