"""The command: what each form does, its exit code, what bad usage says. Stand-ins play the two halves."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from repositories import committed

from gradcheck import __version__
from gradcheck.cli.commands import main
from gradcheck.report.finding import Cut, Finding, Location, Weight
from gradcheck.report.kinds import Kind, Severity, Status
from gradcheck.report.report import Problem, Report
from gradcheck.report.verdict import Cause, Probe, Variable, Verdict

BIRTH = Location("model.py", 1, 5, 1, 20)
FINDING = Finding(
    "GC101",
    "weight-read-in-build",
    Severity.ERROR,
    "self.mu gets no gradient",
    Location("model.py", 2, 1, 2, 5),
    Kind.CAPTURED,
    (Weight("mean", "self.mu", BIRTH),),
)
NEW_ONLY = replace(FINDING, location=Location("model.py", 3), keras=("3",))
MU = Variable("layer/mean", BIRTH, (1,), "float32")
STARVED = Verdict(MU, Status.NONE, causes=(Cause(Cut(Kind.CAPTURED, FINDING.location, "code")),))
FED = Verdict(MU, Status.OK, 1.0)


class Halves:
    """Stand-ins for both halves: they note what they were asked, and answer what the test says."""

    def __init__(self):
        self.report = Report(files=1)
        self.verdicts = ()
        self.status, self.reason = "ok", None
        self.checked, self.jobs = [], []

    def lint(self, paths, options, cache=None, **_):
        self.checked.append((list(paths), options))
        return replace(self.report, looked_at=(os.path.abspath("model.py"),))

    def which_keras(self, path):
        return "2", "line 1 passes add_weight its name by position"

    def run(self, job, progress=None, warm=None):
        self.jobs.append(job)
        progress("loading TensorFlow")
        version = "2.21.0" if job.keras == "2" else "3.15.1"
        return Probe(job.target, "fit", version, "2.21.0", self.status, self.reason, self.verdicts)


@pytest.fixture
def halves(monkeypatch, tmp_path):
    """A folder with `model.py` in it, and both halves played."""
    played = Halves()
    monkeypatch.setattr("gradcheck.lint.lint", played.lint)
    monkeypatch.setattr("gradcheck.lint.which_keras", played.which_keras, raising=False)
    monkeypatch.setattr("gradcheck.cli.probe.run", played.run)
    monkeypatch.setattr("gradcheck.cli.probe.expect", lambda job, warm: None)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text("mu = add_weight('mean')\nmu[0]\nmu\nmake = print\n")
    return played


# click 8.1 mixes both streams unless told; later versions cannot be told.
APART = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}


def run(*arguments, **extra):
    done = CliRunner(**APART).invoke(main, arguments, prog_name="gradcheck", **extra)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_both_halves_meet(halves):
    halves.report = Report((FINDING,), files=1)
    halves.verdicts = (STARVED,)
    done = run("model.py")
    assert done.exit_code == 1
    assert done.stdout.startswith("model.py:2:1: error GC101 self.mu gets no gradient\n")
    assert "confirmed: the source shows it, and the run measured it (none: layer/mean)" in done.stdout
    assert done.stdout.endswith("1 finding: 1 error (1 file; 1 variable seen: 1 none)\n")


@pytest.mark.parametrize(
    "flags, looks",
    [
        pytest.param([], True, id="text"),
        pytest.param(["--format", "sarif"], True, id="sarif"),
        pytest.param(["--format", "junit"], False, id="junit"),
        pytest.param(["--format", "concise"], False, id="concise"),
    ],
)
@pytest.mark.parametrize("command", [["model.py"], ["check", "model.py"]], ids=["main", "check"])
def test_a_fix_is_looked_for_where_the_format_tells_it(halves, monkeypatch, command, flags, looks):
    asked = []
    monkeypatch.setattr("gradcheck.cli.fix.with_fixes", lambda report, _: asked.append(report) or report)
    halves.report = Report((FINDING,), files=1)
    assert run(*command, *flags).exit_code == 1
    assert len(asked) == looks


def test_a_clean_program(halves):
    halves.verdicts = (FED,)
    done = run("model.py")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (
        0,
        "no findings (1 file; 1 variable seen, all ok)",
    )


def test_which_keras_and_why_is_said(halves):
    done = run("model.py")
    assert {job.keras for job in halves.jobs} == {options.keras for _, options in halves.checked} == {"2"}
    reason = "Keras 2 was chosen: line 1 passes add_weight its name by position"
    assert (reason in done.stdout, done.stderr) == (True, "")
    told = run("model.py", "--format", "json")
    assert told.stderr == f"gradcheck: model.py: {reason}\n"
    assert json.loads(told.stdout)["probes"][0]["reason"] == reason


def test_both_kerases_are_two_runs(halves):
    halves.report = Report((FINDING, NEW_ONLY), files=1)
    done = run("--keras", "both", "model.py", "--format", "json")
    assert [job.keras for job in halves.jobs] == ["2", "3"]
    report = json.loads(done.stdout)
    assert [probe["keras"] for probe in report["probes"]] == ["2.21.0", "3.15.1"]
    assert [finding["keras"] for finding in report["findings"]] == [["2", "3"], ["3"]]


@pytest.mark.parametrize("form", [(), ("check",)])
def test_what_concerns_the_other_keras_only_is_left_out(halves, form):
    halves.report = Report((FINDING, NEW_ONLY), files=1)
    done = run(*form, "--keras", "2", "model.py", "--format", "json")
    assert [finding["line"] for finding in json.loads(done.stdout)["findings"]] == [2]


def test_a_comment_silences_what_only_the_probe_saw(halves, tmp_path):
    halves.verdicts = (STARVED,)
    unused = Problem("model.py", 2, "this comment silences nothing")
    halves.report = Report(files=1, notes=("another note",), unused_comments=(unused,))
    source = (tmp_path / "model.py").read_text()
    (tmp_path / "model.py").write_text(
        source.replace("mu[0]", "mu[0]  # gradcheck: ignore[GC101] on purpose")
    )
    done = run("model.py")
    assert done.exit_code == 0, done.stdout
    assert "silences nothing" not in done.stdout and "note: another note" in done.stdout
    (tmp_path / "model.py").write_text(source.replace("mu[0]", "mu[0]  # gradcheck: ignore[GC201]"))
    assert run("model.py").exit_code == 1


def test_check_executes_nothing(halves):
    halves.report = Report((FINDING,), files=1)
    done = run("check", "model.py", "--format", "concise")
    assert (done.exit_code, halves.jobs) == (1, [])
    assert done.stdout == "model.py:2:1: error GC101 self.mu gets no gradient\n1 finding: 1 error (1 file)\n"


def test_probe_reads_nothing(halves):
    halves.verdicts = (STARVED,)
    done = run("probe", "model.py", "--keras", "3", "--format", "json")
    assert (done.exit_code, halves.checked) == (1, [])
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["rule"], finding["line"], finding["evidence"]) == ("GC101", 2, "probe")


def test_what_a_program_is_told(halves):
    done = run(
        *(
            "probe",
            "model.py:make",
            "--keras",
            "3",
            "--call",
            "make(4)",
            "--input",
            "8,4",
            "--input",
            "int:8",
        ),
        *(
            "--python",
            "/usr/bin/python3",
            "--timeout",
            "90",
            "--steps",
            "5",
            "-v",
            "--",
            "--epochs",
            "--",
            "3",
        ),
    )
    assert done.exit_code == 0
    (job,) = halves.jobs
    assert (job.target, job.call, job.inputs) == ("model.py:make", "make(4)", ("8,4", "int:8"))
    assert (job.python, job.timeout, job.steps, job.verbose) == ("/usr/bin/python3", 90, 5, True)
    assert job.argv == ("--epochs", "--", "3")


def test_targets_may_be_configured(halves, tmp_path):
    targets = 'targets = ["model.py", { target = "model.py:make", call = "make(2)", args = ["-x"] }]'
    (tmp_path / "pyproject.toml").write_text(f"[tool.gradcheck.probe]\n{targets}\nsteps = 7\n")
    assert run().exit_code == 0
    assert [(job.target, job.call, job.argv, job.steps) for job in halves.jobs] == [
        ("model.py", None, (), 7),
        ("model.py:make", "make(2)", ("-x",), 7),
    ]
    assert [paths for paths, _ in halves.checked] == [["model.py"]]


def test_a_folder_is_checked_and_said_not_to_be_probed(halves):
    done = run(".")
    assert (done.exit_code, halves.jobs) == (0, [])
    assert ".: a folder is checked, not probed: name the file that trains" in done.stdout


def test_a_module_is_found_without_importing_it(halves, tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("raise SystemExit('imported')")
    (tmp_path / "pkg" / "net.py").write_text("make = print")
    assert run("pkg.net:make").exit_code == 0
    assert [paths for paths, _ in halves.checked] == [["pkg/net.py"]]
    assert [job.target for job in halves.jobs] == ["pkg.net:make"]


def test_a_module_elsewhere_is_probed_only(halves):
    done = run("json.tool")
    assert halves.checked == [] and [job.target for job in halves.jobs] == ["json.tool"]
    assert "json.tool: no source found from here: probed only" in done.stdout


def test_without_tensorflow_the_static_findings_come_first(halves):
    halves.report = Report((FINDING,), files=1)
    halves.status, halves.reason = "failed", "TensorFlow is not installed: pip install 'gradcheck[probe]'"
    done = run("model.py")
    assert done.exit_code == 2
    assert done.stdout.index("GC101") < done.stdout.index("pip install 'gradcheck[probe]'")


def test_a_file_that_cannot_be_read_is_exit_2(halves):
    halves.report = Report((FINDING,), errors=(Problem("other.py", 3, "cannot be parsed"),), files=2)
    done = run("check", ".", "--exit-zero")
    assert done.exit_code == 2
    assert "could not look: other.py:3: cannot be parsed" in done.stdout


def test_exit_zero(halves):
    halves.report = Report((FINDING,), files=1)
    assert run("check", ".", "--exit-zero").exit_code == 0


def test_selecting_and_ignoring(halves, tmp_path):
    halves.report = Report((FINDING,), files=1)
    assert run("check", ".", "--ignore", "GC1").exit_code == 0
    assert run("check", ".", "--select", "GC000,weight-read-in-build").exit_code == 1
    assert run("check", ".", "--select", "GC000").exit_code == 0
    (tmp_path / "pyproject.toml").write_text("[tool.gradcheck]\nignore = ['GC101']\n")
    assert run("check", ".").exit_code == 0
    assert run("check", ".", "--select", "GC101").exit_code == 1
    assert run("check", ".", "--config", str(tmp_path / "pyproject.toml")).exit_code == 0


def test_statistics(halves):
    halves.report = Report((FINDING, NEW_ONLY), files=1)
    assert "    2  GC101  weight-read-in-build\n" in run("check", ".", "--statistics").stdout


def test_the_report_goes_to_a_file_whole(halves, tmp_path):
    halves.report = Report((FINDING,), files=1)
    done = run("check", ".", "--format", "json", "-o", "report.json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert json.loads((tmp_path / "report.json").read_text())["schema"] == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.py", "report.json"]


def test_a_report_that_cannot_be_written_leaves_the_old_one(halves, tmp_path, monkeypatch):
    (tmp_path / "report.json").write_text("old")
    monkeypatch.setattr(
        "os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    done = run("check", ".", "-o", "report.json")
    assert done.exit_code == 2 and "report.json: cannot be written: No space left on device" in done.stderr
    assert (tmp_path / "report.json").read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.py", "report.json"]


def test_a_baseline_from_write_to_prune(halves):
    halves.report = Report((FINDING,), files=1)
    assert "gradcheck-baseline.json: 1 known (1 more, 0 fewer" in run("baseline", "write", ".").stdout
    done = run("check", ".", "--baseline", "gradcheck-baseline.json")
    assert (done.exit_code, done.stdout) == (0, "no findings (1 file; 1 in the baseline)\n")
    again = run("baseline", "write", ".")
    assert again.exit_code == 2 and "`gradcheck baseline update` makes it anew" in again.stderr
    halves.report = Report(files=1)
    assert "0 known (0 more, 1 fewer" in run("baseline", "prune", ".").stdout
    halves.report = Report((FINDING, NEW_ONLY), files=1)
    assert "2 known (2 more, 0 fewer" in run("baseline", "update", ".").stdout


@pytest.mark.parametrize("action", ["prune", "update"])
def test_a_baseline_keeps_what_it_knows_of_files_that_were_not_looked_at(halves, tmp_path, action):
    file = tmp_path / "gradcheck-baseline.json"
    old = '{"version": 1, "files": {"gone.py": {"GC101": 1}, "model.py": {"GC101": 1, "GC301": 2}}}'
    file.write_text(old)
    halves.report = Report(files=1)
    assert "3 known (0 more, 1 fewer" in run("baseline", action, "gone.py").stdout
    assert json.loads(file.read_text())["files"] == {"model.py": {"GC101": 1, "GC301": 2}}
    assert "1 known (0 more, 2 fewer" in run("baseline", action, ".", "--select", "GC301").stdout
    assert "0 known (0 more, 1 fewer" in run("baseline", action, ".").stdout


@pytest.mark.parametrize("action", ["prune", "update"])
def test_a_baseline_keeps_what_it_knows_of_a_keras_that_was_not_asked_about(halves, tmp_path, action):
    halves.report = Report((FINDING, NEW_ONLY), files=1)
    run("baseline", "write", ".")
    assert "2 known (0 more, 0 fewer" in run("baseline", action, ".", "--keras", "2").stdout
    assert "gone" not in run("check", ".", "--keras", "2", "--baseline", "gradcheck-baseline.json").output
    halves.report = Report((FINDING,), files=1)
    assert "1 known (0 more, 1 fewer" in run("baseline", action, ".", "--keras", "2").stdout


def test_what_was_not_looked_at_is_not_called_gone(halves, tmp_path):
    (tmp_path / "known.json").write_text('{"version": 1, "files": {"gone.py": {"GC101": 1}}}')
    halves.report = Report(files=1)
    for words, count in ((["model.py"], 0), ([".", "--ignore", "GC1"], 0), (["."], 1)):
        assert run("check", *words, "--baseline", "known.json").stdout.count("that is gone") == count


def test_a_baseline_is_not_made_of_half_a_look(halves, tmp_path):
    halves.report = Report(errors=(Problem("other.py", 3, "cannot be parsed"),))
    done = run("baseline", "write", ".")
    assert done.exit_code == 2 and "is left as it was: other.py:3: cannot be parsed" in done.stderr
    assert not (tmp_path / "gradcheck-baseline.json").exists()


def test_only_what_changed(halves, tmp_path):
    committed(tmp_path)
    (tmp_path / "model.py").write_text("mu = add_weight('mean')\nmu[1]\nmu\n")
    halves.report = Report((FINDING, NEW_ONLY), files=1)
    done = run("check", ".", "--diff-base", "HEAD", "--format", "json")
    assert [finding["line"] for finding in json.loads(done.stdout)["findings"]] == [2]
    lost = run("check", ".", "--diff-base", "nowhere")
    assert lost.exit_code == 2 and "Error: --diff-base nowhere: " in lost.stderr


@pytest.mark.parametrize("action", ["write", "update", "prune"])
def test_a_baseline_is_of_whole_files(halves, tmp_path, action):
    done = run("baseline", action, ".", "--diff-base", "HEAD")
    assert done.exit_code == 2
    assert "--diff-base goes with a report: a baseline counts what whole files hold" in done.stderr
    assert halves.checked == [] and not (tmp_path / "gradcheck-baseline.json").exists()


BAD_USAGE = [
    pytest.param((), "Usage: gradcheck [OPTIONS] TARGET... [-- ARGS]", id="nothing"),
    pytest.param(
        ("--keras", "3"),
        "no target: name a program, or list some under [tool.gradcheck.probe] targets",
        id="no target",
    ),
    pytest.param(("absent.py",), "no such file: absent.py", id="no file"),
    pytest.param(("modell.py",), "no such file: modell.py: did you mean model.py?", id="a file's typo"),
    pytest.param(("checkk",), "no command, file or module 'checkk': did you mean check?", id="a command's"),
    pytest.param(("model.py:mke",), "model.py defines no mke: did you mean make?", id="a name's typo"),
    pytest.param(
        ("probe", "."), "is a folder without a __main__.py: name the file that trains", id="a folder"
    ),
    pytest.param(("a/b",), "no such file: a/b", id="no folder"),
    pytest.param(("check",), "Missing argument 'PATHS...'", id="check nothing"),
    pytest.param(
        ("check", "model.py", "--stdin-filename", "x.py"),
        "--stdin-filename names what PATHS '-' reads: there is none",
        id="a name for nothing",
    ),
    pytest.param(
        ("check", "-", "--stdin-filename", "src/"),
        "--stdin-filename src/: is the name of a folder: name a file",
        id="a folder's name",
    ),
    pytest.param(
        ("check", "-", "--stdin-filename", "."), "is the name of a folder: name a file", id="a folder"
    ),
    pytest.param(("check", "-", "model.py"), "'-' reads standard input: it goes alone", id="stdin and more"),
    pytest.param(
        ("--keras", "4", "model.py"), "'4' is not one of 'auto', '2', '3', 'both'", id="no such Keras"
    ),
    pytest.param(
        ("check", ".", "--select", "GC1O1"), "no rule 'GC1O1': did you mean GC101?", id="no such code"
    ),
    pytest.param(
        ("check", ".", "--ignore", "weight-read-in-bild"),
        "did you mean weight-read-in-build?",
        id="no such name",
    ),
    pytest.param(
        ("check", ".", "--select", "zzz"), "no rule 'zzz': `gradcheck rules` lists them", id="nothing near"
    ),
    pytest.param(("check", ".", "--config", "absent.toml"), "absent.toml: cannot be read", id="no settings"),
    pytest.param(
        ("check", ".", "--baseline", "absent.json"), "`gradcheck baseline write` makes one", id="no baseline"
    ),
    pytest.param(
        ("check", ".", "--format", "json", "--statistics"), "goes with --format text or concise", id="format"
    ),
    pytest.param(("check", ".", "--formt", "json"), "No such option", id="a typo"),
    pytest.param(("model.py", "--timeout", "0"), "not in the range", id="no time"),
    pytest.param(("check", "-", "--watch"), "'-' has no file to watch: name the file", id="nothing to watch"),
    pytest.param(("model.py", "--timeout", "nan"), "nan is not in the range x>0.", id="no number"),
    pytest.param(("explain", "GC999"), "no rule 'GC999'", id="explain what"),
    pytest.param(
        ("explain", "weight-red-in-build"), "did you mean weight-read-in-build?", id="explain almost"
    ),
]


@pytest.mark.parametrize("arguments, said", BAD_USAGE)
def test_bad_usage_says_what_to_do(halves, arguments, said):
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""


def test_no_message_shows_a_name_that_nobody_types():
    done = run("absent.py")
    assert done.stderr.startswith("Usage: gradcheck [OPTIONS] TARGET...\nTry 'gradcheck --help' for help.\n")


def test_the_help_lists_options_under_headings():
    headings = [line for line in run("--help").stdout.splitlines() if line.endswith(":")]
    assert headings == [
        "What to look for:",
        "Fixes:",
        "How to run the program:",
        "The report:",
        "Options:",
        "Commands:",
    ]


def test_quiet_says_findings_and_nothing_else(halves):
    halves.report = Report((FINDING,), files=1)
    halves.verdicts = (STARVED,)
    shown = run("model.py", "-q").stdout
    assert shown.startswith("model.py:2:1: error GC101 self.mu gets no gradient\n")
    assert "probe of" not in shown and "1 finding" not in shown
    halves.report, halves.verdicts = Report(files=1), (FED,)
    assert run("model.py", "-q").stdout == ""


@pytest.mark.parametrize(("flags", "checked"), [((), 1), (("--force-exclude",), 0)])
def test_a_named_file_that_is_excluded_is_passed_over_when_forced(tmp_path, monkeypatch, flags, checked):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.gradcheck]\nexclude = ["legacy"]\n')
    (tmp_path / "legacy").mkdir()
    (tmp_path / "legacy" / "model.py").write_text("x = 1\n")
    shown = run("check", "legacy/model.py", *flags).stdout
    assert shown == (
        "no findings (1 file, 1 with nothing to follow)\n"
        if checked
        else "no findings (nothing to look at)\n"
    )


def test_a_wrong_setting_is_bad_usage(halves, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.gradcheck]\nselct = []\n")
    done = run("check", ".")
    assert done.exit_code == 2 and "unknown key 'selct'; did you mean 'select'?" in done.stderr


def test_our_own_failure_is_not_a_finding(halves, monkeypatch):
    monkeypatch.setattr("gradcheck.lint.lint", lambda *_, **__: 1 / 0)
    done = run("check", ".")
    assert done.exit_code == 2
    assert "ZeroDivisionError" in done.stderr and "please report this" in done.stderr


def test_an_interrupt_is_not_a_finding(halves, monkeypatch):
    monkeypatch.setattr("gradcheck.lint.lint", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    assert run("check", ".").exit_code == 130


def test_an_unchanged_file_is_not_followed_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program = Path(__file__).parents[1] / "fixtures" / "normal-indexed-in-build" / "model.py"
    (tmp_path / "model.py").write_bytes(program.read_bytes())
    first = run("check", "model.py", "--format", "concise")
    assert (tmp_path / ".gradcheck_cache").is_dir()
    monkeypatch.setattr("gradcheck.lint._lint", lambda *_: pytest.fail("followed again"))
    assert run("check", "model.py", "--format", "concise").stdout == first.stdout
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert run("check", "model.py", "--ignore", "GC1").exit_code == 0


def test_without_a_cache_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text("import keras\nkeras.Model()\n")
    assert run("check", "model.py", "--no-cache").exit_code == 0
    assert [file.name for file in tmp_path.iterdir()] == ["model.py"]


def test_standard_input_is_checked_under_the_name_it_is_given(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    program = Path(__file__).parents[1] / "fixtures" / "normal-indexed-in-build" / "model.py"
    done = run("check", "-", "--stdin-filename", "src/net.py", input=program.read_bytes())
    assert done.exit_code == 1
    place, message, _, first = done.stdout.splitlines()[:4]
    assert place == "src/net.py:20:40: error GC101"
    assert message.startswith("  self.mu gets no gradient: ")
    assert "add_weight" in first


def test_standard_input_of_an_excluded_name_is_passed_over_by_force(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.gradcheck]\nexclude = ["old"]\n')
    words = ("check", "-", "--stdin-filename", "old/model.py")
    assert run(*words, input=b"\xff").exit_code == 2
    done = run(*words, "--force-exclude", input=b"\xff")
    assert (done.exit_code, done.stdout) == (0, "no findings (nothing to look at)\n")


def test_a_notebook_on_standard_input_may_be_as_large_as_one_in_a_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    cells = [{"cell_type": "code", "source": "x = 1", "outputs": ["x" * 9_000_000]}]
    words = ("check", "-", "--no-cache", "--stdin-filename", "book.ipynb")
    done = run(*words, input=json.dumps({"cells": cells}).encode())
    assert (done.exit_code, done.stdout) == (0, "no findings (1 file, 1 with nothing to follow)\n")


def test_standard_input_that_is_no_text(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    done = run("check", "-", input=b"\xff\xfe")
    assert done.exit_code == 2 and "could not look: stdin.py:1: cannot be decoded" in done.stdout


def test_rules_and_their_pages():
    listed = json.loads(run("rules", "--format", "json").stdout)
    assert {"code", "name", "severity", "kind", "since", "summary", "page"} == set(listed[0])
    table = run("rules").stdout.splitlines()
    assert [line.split()[:2] for line in table] == [[rule["code"], rule["name"]] for rule in listed]
    for rule in listed:
        by_code, by_name = run("explain", rule["code"]), run("explain", rule["name"])
        assert by_code.stdout == by_name.stdout
        assert by_code.stdout.startswith(
            f"{rule['code']} {rule['name']} ({rule['severity']})\n\n{rule['summary']}"
        )


def test_help_names_every_command_and_the_main_jobs_options():
    text = run("--help").stdout
    assert text.startswith("Usage: gradcheck [OPTIONS] TARGET... [-- ARGS]")
    for word in (
        "check",
        "probe",
        "explain",
        "rules",
        "baseline",
        "completion",
        "--keras",
        "--call",
        "--format",
    ):
        assert word in text
    assert run("-h").stdout == text


def test_version():
    assert run("--version").stdout == f"gradcheck {__version__}\n"


SEVENTIES = [f"plain,GC101,GC70{number}" for number in range(1, 7)]


@pytest.mark.parametrize(
    "words, offered",
    [
        pytest.param("gradcheck che", ["plain,check", "file,che"], id="a command"),
        pytest.param("gradcheck mod", ["file,mod"], id="a file"),
        pytest.param("gradcheck --ker", ["plain,--keras"], id="an option of the main job"),
        pytest.param("gradcheck model.py --ker", ["plain,--keras"], id="after a target"),
        pytest.param("gradcheck check . --format sa", ["plain,sarif"], id="a value"),
        pytest.param("gradcheck explain weight-read-in-b", ["plain,weight-read-in-build"], id="a rule"),
        pytest.param("gradcheck check --select GC101,GC70", SEVENTIES, id="rules behind a comma"),
    ],
)
def test_completion(words, offered):
    asked = {
        "_GRADCHECK_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from gradcheck.cli.commands import main; main(prog_name='gradcheck')"],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell):
    assert f"_GRADCHECK_COMPLETE={shell}_complete" in run("completion", shell).stdout


@pytest.mark.parametrize(
    "settings, colored",
    [
        pytest.param({}, False, id="into a pipe"),
        pytest.param({"FORCE_COLOR": "1"}, True, id="asked by the environment"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="forbidden by the environment"),
    ],
)
def test_colours(halves, monkeypatch, settings, colored):
    halves.report = Report((FINDING,), files=1)
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run("check", ".", color=True).stdout) is colored
    assert "\x1b[" in run("check", ".", "--color", "always", color=True).stdout
    assert "\x1b[" not in run("check", ".", "--color", "never", color=True).stdout


def test_a_screen_that_is_not_unicode(halves, tmp_path):
    (tmp_path / "model.py").write_text("# n\u00e9t\nmu[0]  # \u5c64\nmu\n", encoding="utf-8")
    halves.report = Report((FINDING,), files=1)
    done = CliRunner(charset="ascii", **APART).invoke(main, ["check", "."])
    assert done.exit_code == 1
    assert "2 | mu[0]  # \\u5c64" in done.stdout_bytes.decode("ascii")


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "gradcheck", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"gradcheck {__version__}\n" or done.stdout.endswith(f"{__version__}\n")


@pytest.mark.parametrize(
    "flags",
    [
        ("--baseline", "absent.json"),
        ("--format", "json", "--statistics"),
        ("-o", "absent/report.txt"),
        ("--diff-base", "nowhere"),
    ],
)
def test_bad_usage_is_said_before_anything_runs(halves, flags):
    assert run("model.py", *flags).exit_code == 2
    assert halves.jobs == halves.checked == []


def test_a_file_that_we_fail_on_is_said_and_the_others_are_checked(tmp_path, monkeypatch):
    from gradcheck import facts
    from gradcheck import lint as stage
    from gradcheck.config.options import Options

    def failing(module, resolve, **_):
        raise KeyError("oops")

    path = tmp_path / "model.py"
    path.write_text("import keras\nclass L(keras.layers.Layer): pass\n")
    monkeypatch.setattr(facts, "facts_of", failing)
    report = stage.lint([str(path)], Options())
    (error,) = report.errors
    assert error.message.startswith(f"{stage.OUR_FAULT}: KeyError: 'oops' (lint.py:")
    assert report.exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        *(("check", "m.py", flag) for flag in ("--config", "--baseline", "-o", "--html", "--executor")),
        ("check", "-", "--stdin-filename"),
        *(("probe", "m.py", flag) for flag in ("--call", "--input", "--python", "--logdir")),
    ],
)
def test_an_empty_flag_is_bad_usage(words):
    """A variable of somebody's that is not set would pass for no flag at all."""
    done = CliRunner().invoke(main, [*words, ""])
    assert done.exit_code == 2
    assert f"{words[-1]}" in done.stderr and "it is empty: fill it in, or leave the flag out" in done.stderr


@pytest.mark.parametrize("words", [("",), ("probe", ""), (".", ""), ("-q", "")])
def test_an_empty_name_is_no_target(words, tmp_path, monkeypatch):
    """It would pass for the current folder, and a variable that is not set for a clean program."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, [*words])
    said = "Error: an empty name is no target: name a program, or a folder to check"
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (2, said)
    assert CliRunner().invoke(main, ["."]).exit_code == 0


@pytest.mark.parametrize("flag", ["--select", "--ignore", "--extend-select", "--extend-ignore"])
@pytest.mark.parametrize("value", ["", " ", ","])
def test_a_flag_that_names_no_rule_is_bad_usage(flag, value):
    done = CliRunner().invoke(main, ["check", "model.py", flag, value])
    assert done.exit_code == 2
    assert f"Invalid value for '{flag}': it is empty: name a rule, or leave the flag out" in done.stderr
