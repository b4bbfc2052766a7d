"""A checked project's own rules are code: they run only when asked for, or when trusted as they are."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from programs import SCALE

from gradcheck.cli.commands import main

RULE = '''
"""Says something of every capture."""
from pathlib import Path

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

Path(__file__).with_name("it_ran").touch()
RULE = Rule(
    __name__, code="ACME001", kind=Kind.CAPTURED, severity=Severity.WARNING, since="1",
    headline="{labels}: {code}", why="why", advice="advice",
)
def check(facts):
    return RULE.every(facts)
'''


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a model and a rule that leaves a trace when it is loaded; nobody trusts it yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    folder = tmp_path / "project"
    (folder / "tools").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[tool.gradcheck]\nrules = ["tools/own_rule.py"]\n')
    (folder / "tools" / "own_rule.py").write_text(RULE)
    (folder / "model.py").write_text(SCALE)
    monkeypatch.chdir(folder)
    return folder


def run(*arguments, text=None):
    return CliRunner().invoke(main, [str(one) for one in arguments], input=text)


def rules_of(done):
    return sorted(row["rule"] for row in json.loads(done.stdout)["findings"])


def ran(project):
    return (project / "tools" / "it_ran").exists()


@pytest.mark.parametrize(
    "words, text",
    [
        pytest.param(["check", "model.py"], None, id="a file"),
        pytest.param(["check", "."], None, id="a folder"),
        pytest.param(["check", ".", "--no-cache"], None, id="without the cache"),
        pytest.param(["check", "-", "--stdin-filename", "model.py"], SCALE, id="standard input"),
        pytest.param(["check", "model.py", "--config", "pyproject.toml"], None, id="settings that are named"),
        pytest.param(["check", "model.py", "--diff"], None, id="a patch"),
        pytest.param(["check", "model.py", "--fix"], None, id="a repair"),
        pytest.param(["baseline", "write", "."], None, id="a baseline"),
        pytest.param(["rules"], None, id="the list of rules"),
        pytest.param(["explain", "ACME001"], None, id="a page"),
    ],
)
def test_nothing_of_a_project_runs_unasked(project, words, text):
    run(*words, text=text)
    assert not ran(project)


def test_what_does_not_run_is_said_and_is_no_success(project):
    done = run("check", "model.py")
    assert done.exit_code == 2
    said = "pyproject.toml:1: its own rules (own_rule.py) were not run, as this project is not trusted"
    assert f"could not look: {said}" in done.stdout and "gradcheck trust" in done.stdout
    assert "GC101" in done.stdout


def test_the_command_line_asks_for_them(project):
    done = run("check", "model.py", "--project-rules", "--format", "json")
    assert (done.exit_code, rules_of(done)) == (1, ["ACME001", "GC101"])
    assert ran(project)
    assert done.stderr.count("runs the project's own rules: own_rule.py") == 1


def test_a_project_is_trusted_once(project):
    assert run("trust").exit_code == 0
    assert not ran(project)
    for _ in range(2):
        done = run("check", "model.py", "--format", "json")
        assert (done.exit_code, rules_of(done)) == (1, ["ACME001", "GC101"])
        assert "runs the project's own rules" in done.stderr


@pytest.mark.parametrize("change", ["the rule", "what it imports", "what it could not import", "the list"])
def test_trust_ends_with_a_change(project, change):
    rule, helper, other = (project / "tools" / f"{name}.py" for name in ("own_rule", "helper", "other"))
    rule.write_text(f"try:\n    import helper, absent\nexcept ImportError: pass\n{RULE}")
    helper.write_text("import os\n")
    other.write_text(RULE)
    assert run("trust", project).exit_code == 0
    changed = {
        "the rule": (rule, RULE + "\nprint('more')\n"),
        "what it imports": (helper, "import sys\n"),
        "what it could not import": (project / "absent.py", "import sys\n"),
        "the list": (project / "pyproject.toml", '[tool.gradcheck]\nrules = ["tools/other.py"]\n'),
    }
    path, text = changed[change]
    path.write_text(text)
    done = run("check", "model.py")
    assert done.exit_code == 2 and "they changed since this project was trusted" in done.stdout
    assert not ran(project)


def test_trust_can_be_taken_back(project):
    run("trust")
    assert "no longer trusted" in run("trust", "--revoke").stdout
    assert run("check", "model.py").exit_code == 2
    assert not ran(project)


def test_another_project_is_another_matter(project, tmp_path):
    run("trust")
    other = tmp_path / "other"
    (project / "tools").rename(project / "moved")
    project.rename(other)
    (other / "moved").rename(other / "tools")
    assert "not trusted" in run("check", other / "model.py").stdout


@pytest.mark.parametrize("list_of_projects", ["", "[]", "{", "null", "[" * 20_000, '{"pyproject.toml": 3}'])
def test_a_broken_list_trusts_nobody(project, tmp_path, list_of_projects):
    place = tmp_path / "home" / "gradcheck" / "trusted.json"
    place.parent.mkdir(parents=True)
    place.write_text(list_of_projects)
    assert run("check", "model.py").exit_code == 2
    assert not ran(project)
    for words in ((), ("--revoke",)):
        done = run("trust", *words)
        assert done.exit_code == 2 and "it is damaged: put it right or out of the way" in done.stderr
        assert place.read_text() == list_of_projects


@pytest.mark.parametrize("named", ["home", "./home", "", "~/home"])
def test_a_configuration_folder_that_is_named_from_here_is_none(project, tmp_path, monkeypatch, named):
    """It would lie in the project, which would trust itself."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(project / "home"))
    assert run("trust").exit_code == 0
    monkeypatch.setenv("XDG_CONFIG_HOME", named)
    monkeypatch.setenv("HOME", str(tmp_path / "mine"))
    assert run("check", "model.py").exit_code == 2
    assert not ran(project)
    assert run("trust").exit_code == 0
    assert (tmp_path / "mine" / ".config" / "gradcheck" / "trusted.json").is_file()


def test_where_there_is_no_home_nobody_is_trusted(project, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "home")
    monkeypatch.setenv("HOME", "home")
    assert run("check", "model.py").exit_code == 2
    done = run("trust")
    assert done.exit_code == 2
    assert "there is no home folder to keep it in: set HOME" in " ".join(done.stderr.split())
    assert not (project / "home").exists() and not ran(project)


@pytest.mark.parametrize("rule", ["import sys; sys.exit(0)", "raise SystemExit", "1 / 0", "", "def"])
def test_a_rule_that_cannot_be_used_is_said(project, rule):
    (project / "tools" / "own_rule.py").write_text(rule)
    done = run("check", "model.py", "--project-rules")
    assert done.exit_code == 2 and "cannot be used as a rule" in done.stdout
    assert "GC101" in done.stdout and "Traceback" not in done.output


def test_nothing_to_trust_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "no rules are listed" in run("trust").stderr
