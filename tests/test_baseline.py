"""Baselines count by file and rule: what is known is held back, what is gone is forgotten."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner
from programs import SCALE

from gradcheck.cli.commands import main
from gradcheck.config.options import Options
from gradcheck.filter import baseline
from gradcheck.filter.baseline import BaselineError
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Kind, Severity
from gradcheck.report.report import Report


def finding(line=1, rule="GC101", path="model.py", severity=Severity.ERROR):
    return Finding(rule, "a-name", severity, "said", Location(path, line), Kind.CAPTURED)


@pytest.fixture
def known(tmp_path, monkeypatch):
    """The baseline that was written of a report, read back."""
    monkeypatch.chdir(tmp_path)

    def write(*findings):
        file = tmp_path / "known.json"
        file.write_text(baseline.dumps(baseline.empty(str(file)).written(Report(findings=findings))))
        return baseline.load(str(file))

    return write


def test_what_is_known_is_held_back_though_its_line_moved(known):
    report = known(finding(3)).apply(Report(findings=(finding(30), finding(30, "GC201"))))
    assert report.findings == (finding(30, "GC201"),)
    assert report.known == 1
    assert known(finding(3)).gone(Report(findings=(finding(30),))) == ()


def test_one_more_of_a_kind_shows_them_all(known):
    findings = (finding(3), finding(9))
    report = known(finding(3)).apply(Report(findings=findings))
    assert (report.findings, report.known) == (findings, 0)


def test_the_same_rule_in_another_file_is_new(known):
    report = known(finding()).apply(Report(findings=(finding(path="other.py"),)))
    assert report.findings == (finding(path="other.py"),)


def test_what_is_gone_is_said(known):
    report = Report(findings=(finding(3),))
    assert known(finding(3), finding(9)).apply(report).findings == ()
    assert known(finding(3), finding(9)).gone(report) == (
        "the baseline holds 1 finding that is gone: `gradcheck baseline prune` forgets them",
    )


def test_pruning_forgets_and_never_learns(known):
    old = known(finding(3), finding(9), finding(1, "GC201"))
    pruned = old.pruned(Report(findings=(finding(3), finding(5, "GC301"))))
    assert pruned.counts == ((("model.py", "GC101"), 1),)
    assert (len(old), len(pruned), len(old - pruned), len(pruned - old)) == (3, 1, 2, 0)


def test_a_run_answers_for_the_files_and_rules_that_it_looked_at(known):
    old = known(
        *(finding(path=path) for path in ("a.py", "src/b.py", "src2/c.py")), finding(1, "GC201", "a.py")
    )

    def within(*paths, **settings):
        return [key for key, _ in old.within(paths, Options(**settings), ()).counts]

    assert within("a.py") == [("a.py", "GC101"), ("a.py", "GC201")]
    assert within("./src/", ignore=("GC2",)) == [("src/b.py", "GC101")]
    assert within("src/../a.py", select=("path-through-numpy",)) == [("a.py", "GC201")]
    assert within("b.py") == within() == []
    assert len(within(".")) == 4


PASSED_OVER = {
    "excluded": ("old/model.py", 'exclude = ["old"]'),
    "a hidden folder": (".old/model.py", ""),
    "ignored by git": ("ignored/model.py", ""),
    "a folder that is built": ("build/model.py", ""),
    "no name of a source": ("model", ""),
    "silenced there": ("old/model.py", 'per-file-ignores = { "old/*" = ["weight-read-in-build"] }'),
    "an info": ("model.py", "severity = { GC1 = 'info' }"),
    "a rule that is off": ("model.py", 'ignore = ["GC101"]'),
    "a folder that is a link": ("link/model.py", ""),
}


@pytest.mark.parametrize("action", ["prune", "update"])
@pytest.mark.parametrize("path, setting", PASSED_OVER.values(), ids=PASSED_OVER)
def test_a_baseline_keeps_what_a_walk_passes_over(tmp_path, monkeypatch, action, path, setting):
    """The file is there, and whoever names it is told of it: what is known of it is not gone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("ignored/\n")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(SCALE)
    (tmp_path / "clean.py").write_text("")
    known = ("--baseline", "b.json")
    written = CliRunner().invoke(main, ["baseline", "write", path, *known])
    assert written.stdout == "b.json: 1 known (1 more, 0 fewer than before)\n"
    (tmp_path / "pyproject.toml").write_text(f"[tool.gradcheck]\n{setting}\n")
    assert "gone" not in CliRunner().invoke(main, ["check", ".", *known]).output
    CliRunner().invoke(main, ["baseline", action, ".", *known])
    assert f'"{path}": {{' in (tmp_path / "b.json").read_text()
    (tmp_path / "pyproject.toml").unlink()
    (tmp_path / path).unlink()
    CliRunner().invoke(main, ["baseline", action, ".", *known])
    assert f'"{path}": {{' not in (tmp_path / "b.json").read_text()


def test_a_file_that_cannot_be_asked_about_is_not_gone(known, tmp_path):
    """Nobody but root is kept from looking, so the loop of links stands in for a locked folder."""
    (tmp_path / "circle").symlink_to("circle")
    old = known(*(finding(path=path) for path in ("circle/model.py", "absent.py", "file/model.py")))
    (tmp_path / "file").write_text("")
    asked = old.within(["."], Options(), ())
    assert [path for (path, _), _ in asked.counts] == ["absent.py", "file/model.py"]


def test_of_a_rule_that_a_run_does_not_know_nothing_is_forgotten(known):
    old = known(finding(), finding(rule="MINE7"))
    assert [rule for (_, rule), _ in old.within(["."], Options(), ()).counts] == ["GC101"]


def test_infos_are_not_worth_knowing(known):
    assert known(finding(severity=Severity.INFO)).counts == ()


def test_files_are_named_from_the_baselines_folder(known, tmp_path, monkeypatch):
    old = known(finding(path="src/model.py"))
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    assert old.apply(Report(findings=(finding(path="model.py"),))).findings == ()
    assert old.apply(Report(findings=(finding(path=str(tmp_path / "src" / "model.py")),))).findings == ()


@pytest.mark.parametrize("action", ["prune", "update"])
@pytest.mark.parametrize("folder", ["", "src", "src/in"])
@pytest.mark.parametrize("spelled", ["{}", "{}/.", "{}/../{}", "{}/../../src/in"])
def test_a_baseline_keeps_its_entries_wherever_one_stands(tmp_path, monkeypatch, action, folder, spelled):
    """Else a baseline that is named by way of `..` would lose what it knows, and learn absolute paths."""
    text = baseline.dumps(
        baseline.Baseline(tmp_path, ((("src/in/model.py", "GC101"), 1), (("top.py", "GC101"), 1)))
    )
    place = tmp_path / "src" / "in"
    place.mkdir(parents=True)
    for path in (place / "model.py", tmp_path / "top.py"):
        path.write_text(SCALE)
    (tmp_path / "b.json").write_text(text)
    monkeypatch.chdir(tmp_path / folder)
    name = os.path.relpath(place)
    asked = spelled.format(name, os.path.basename(place)) if name != "." else "."
    known = ("--baseline", os.path.relpath(tmp_path / "b.json"))
    done = CliRunner().invoke(main, ["check", asked, *known])
    assert done.exit_code == 0 and "1 in the baseline" in done.stdout and "gone" not in done.output
    assert CliRunner().invoke(main, ["baseline", action, asked, *known]).exit_code == 0
    assert (tmp_path / "b.json").read_text() == text


@pytest.mark.parametrize("action", ["prune", "update"])
@pytest.mark.parametrize(
    "asked", [".", "src", "{0}/real", "{0}/link", "{0}/link/src", "{0}/link/src/model.py"]
)
@pytest.mark.parametrize("spelled", ["b.json", "{0}/real/b.json", "{0}/link/b.json"])
def test_a_baseline_and_its_files_may_be_named_by_way_of_a_link(
    tmp_path, monkeypatch, action, asked, spelled
):
    """As on a system whose folder for temporary files is one."""
    (tmp_path / "real" / "src").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "src" / "model.py").write_text(SCALE)
    text = '{"version": 1, "files": {"src/gone.py": {"GC101": 1}, "src/model.py": {"GC101": 1}}}'
    (tmp_path / "real" / "b.json").write_text(text)
    monkeypatch.chdir(tmp_path / "real")
    words = (asked.format(tmp_path), "--baseline", spelled.format(tmp_path))
    done = CliRunner().invoke(main, ["check", *words])
    whole = "model" not in asked
    assert done.exit_code == 0 and "1 in the baseline" in done.stdout and ("gone" in done.output) == whole
    assert CliRunner().invoke(main, ["baseline", action, *words]).exit_code == 0
    left = json.loads((tmp_path / "real" / "b.json").read_text())["files"]
    assert [*left] == (["src/model.py"] if whole else ["src/gone.py", "src/model.py"])


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "is not a baseline"),
        ("[]", "is not a baseline"),
        ('{"version": 1, "files": {"a.py": {"GC101": 1}, "a.py": {"GC102": 2}}}', "names a.py twice"),
        ('{"version": 1, "files": {"a.py": {"GC101": 1, "GC101": 2}}}', "names GC101 twice"),
        ("{}", "is not a baseline"),
        ("[" * 20_000, "is not a baseline"),
        ('{"files": []}', "is not a baseline"),
        ('{"files": {}}', "is a baseline of version None, not 1"),
        ('{"version": 2, "files": {}}', "is a baseline of version 2, not 1"),
        ('{"version": true, "files": {}}', "is a baseline of version True, not 1"),
        ('{"version": 1.0, "files": {}}', "is a baseline of version 1.0, not 1"),
        ('{"version": 1, "files": {"a": 1}}', "a: its entry is no count of findings"),
        ('{"version": 1, "files": {"a": {"b": "c"}}}', "a: b is no count of findings"),
        ('{"version": 1, "files": {"a": {"b": -5}}}', "a: b is no count of findings"),
        ('{"version": 1, "files": {"a": {"b": 1e308}}}', "a: b is no count of findings"),
        ('{"version": 1, "files": {"a": {"b": 99999999999999999999}}}', "a: b is no count of findings"),
        ('{"version": 1, "files": {"a": {"b": true}}}', "a: b is no count of findings"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(tmp_path, text, said):
    file = tmp_path / "known.json"
    file.write_text(text)
    with pytest.raises(BaselineError, match=f"{said}; once it is out of the way"):
        baseline.load(str(file))


def test_a_byte_order_mark_is_no_fault(tmp_path):
    file = tmp_path / "known.json"
    file.write_text('\ufeff{"version": 1, "files": {"a": {"b": 2}}}', encoding="utf-8")
    assert len(baseline.load(str(file))) == 2


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BaselineError, match="cannot be read: No such file"):
        baseline.load(str(tmp_path / "known.json"))
