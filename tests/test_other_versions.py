"""A report says so where its findings rest on effects that the project's TensorFlow may not have."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gradcheck.cli import other_versions
from gradcheck.cli.commands import main
from gradcheck.config.options import Options
from gradcheck.facts.effects.row import parse, rows
from gradcheck.facts.effects.versions import MEASURED, UNTIL, row_under
from gradcheck.lint import lint
from gradcheck.report.kinds import Evidence
from gradcheck.report.report import Report
from gradcheck.report.verdict import Probe

ROUNDED = """import tensorflow as tf


class Hard(tf.keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))
        self.v = self.add_weight(name="v", shape=(3,))
        self.u = self.add_weight(name="u", shape=(3,))

    def call(self, x):
        return x * tf.round(self.w) + tf.round(self.v) + tf.math.ceil(self.u)
"""
UNUSED = """import tensorflow as tf


class Plain(tf.keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        return tf.round(x)
"""
ASKED_FOR = "which the requirements ask for"
MEASURED_WITH = "to a gradient was measured with TensorFlow 2.15 to 2.21, not with"


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_versions, "_installed", lambda: other_versions.Used(None, None, ""))


def checked(folder: Path, requirements: str, text: str = ROUNDED) -> Report:
    project = folder / str(sum(1 for _ in folder.iterdir()))
    project.mkdir()
    (project / "requirements.txt").write_text(requirements)
    (project / "hard.py").write_text(text)
    report = lint([str(project / "hard.py")], Options())
    assert len(report.findings) == text.count("add_weight")
    return report


def notes(report: Report) -> list[str]:
    return [*other_versions.other_versions(report)]


@pytest.mark.parametrize(
    ("requirements", "version"),
    [("tensorflow==2.12.1", "2.12"), ("tensorflow<2.0", "1.x"), ("tensorflow>=2.40", "2.40")],
)
def test_one_note_where_the_tensorflow_was_not_measured(tmp_path, requirements, version):
    found = f"what tf.round and tf.math.ceil do {MEASURED_WITH} {version}, {ASKED_FOR}"
    assert notes(checked(tmp_path, requirements)) == [found]


@pytest.mark.parametrize(
    "requirements",
    ["tensorflow", "tensorflow>=2.9", "tensorflow==2.17", "tensorflow<2.16", "tensorflow>=2.9,<2.40"],
)
def test_none_where_it_was_or_may_be(tmp_path, requirements):
    assert notes(checked(tmp_path, requirements)) == []


def test_none_for_a_finding_that_rests_on_no_call(tmp_path):
    assert notes(checked(tmp_path, "tensorflow==2.12", UNUSED)) == []


def test_none_for_what_a_run_confirmed(tmp_path):
    report = checked(tmp_path, "tensorflow==2.12")
    seen = tuple(replace(one, evidence=Evidence.CONFIRMED) for one in report.findings)
    assert notes(replace(report, findings=seen)) == []


def test_what_ran_counts_more_than_what_is_asked_for(tmp_path):
    report, run = checked(tmp_path, "tensorflow==2.12"), Probe("hard.py", "tape", "3", "2.21.0", "ok")
    assert notes(replace(report, probes=(run,))) == []
    (said,) = notes(replace(report, probes=(replace(run, tensorflow="2.40.0rc1"),)))
    assert said.endswith("not with 2.40, with which it ran")


def test_what_is_installed_counts_where_nothing_is_asked_for(tmp_path, monkeypatch):
    installed = other_versions.Used((2, 40), (2, 40), "which is installed")
    monkeypatch.setattr(other_versions, "_installed", lambda: installed)
    assert notes(checked(tmp_path, "tensorflow==2.18")) == []
    (said,) = notes(checked(tmp_path, "tensorflow>=2.9"))
    assert said.endswith("not with 2.40, which is installed")


def test_a_row_that_differs_is_told_to_those_who_have_it(tmp_path, monkeypatch):
    monkeypatch.setitem(UNTIL, "tf.math.ceil", ((2, 16), "carry"))
    something_else = "what tf.math.ceil does to a gradient is something else under TensorFlow 2.15"
    said = f"{something_else}, {ASKED_FOR}: findings may not hold"
    assert notes(checked(tmp_path, "tensorflow>=2.9,<2.16")) == [said]
    assert notes(checked(tmp_path, "tensorflow==2.18")) == []


def test_the_note_is_about_the_findings_that_are_shown(tmp_path, capsys):
    checked(tmp_path, "tensorflow==2.12")
    for flags, count in (([], 1), (["--ignore", "GC301"], 0)):
        main(["check", str(tmp_path / "0" / "hard.py"), "--no-cache", *flags], standalone_mode=False)
        assert capsys.readouterr().out.count("note: what tf.round") == count


def test_programs_are_told_what_people_are(tmp_path, capsys):
    checked(tmp_path, "tensorflow==2.12")
    told = {}
    for form in ("json", "sarif"):
        command = ["check", str(tmp_path / "0" / "hard.py"), "--no-cache", "--format", form]
        main(command, standalone_mode=False)
        told[form] = json.loads(capsys.readouterr().out)
    (note,) = told["json"]["notes"]
    (notification,) = told["sarif"]["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert note["message"] == f"what tf.round and tf.math.ceil do {MEASURED_WITH} 2.12, {ASKED_FOR}"
    assert notification == {"level": "note", "message": {"text": note["message"]}}


def test_versions_are_in_order_and_rows_of_old_ones_are_rows_that_differ():
    measured = [one.tensorflow for one in MEASURED]
    assert measured == sorted(measured)
    for name, (last, row) in UNTIL.items():
        assert last in measured[:-1], name
        assert parse(row) != parse(rows()[name]), name


def test_the_row_of_a_version(monkeypatch):
    monkeypatch.setitem(UNTIL, "tf.math.ceil", ((2, 16), "carry"))
    assert [row_under("tf.math.ceil", (2, minor), "none") for minor in (15, 16, 18)] == [
        "carry",
        "carry",
        "none",
    ]
    assert row_under("tf.round", (2, 15), "none") == "none"
