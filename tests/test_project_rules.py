"""A project's own rules stand in one set with ours, and a fault of one of them stays its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradcheck.cli.commands import main
from gradcheck.project_rules import contain, rule_set

ROOT = Path(__file__).parents[1]
MODEL = """
import tensorflow as tf


class Gate(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.level = self.add_weight(name="level", shape=[3], initializer="ones")
        self.spare = self.add_weight(name="spare", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.clip_by_value(self.level, 0.0, 2.0)
"""
HEAD = '''"""A rule of this test.

## Example
"""
from gradcheck.rule import Finding, Half, Kind, Rule, Severity

RULE = Rule(__name__, code="ACME002", kind=Kind.PROJECT, severity=Severity.WARNING, since="1",
            seen_by=Half.STATIC, headline="{labels}: {code}", why="why", advice="advice")
'''
PAGELESS = HEAD.replace("A rule of this test.\n\n## Example\n", "")
CLIPS = """
def check(facts):
    for call in facts.calls:
        if call.function == "tf.clip_by_value":
            yield RULE.at(call, call.weights)
"""


def documented() -> str:
    """The worked example of the documentation."""
    page = (ROOT / "docs" / "project-rules.md").read_text()
    return re.search(r"^````python\n(.*?)^````$", page, re.M | re.S)[1]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with the documented rule, one of this test, and a model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "clipped_weight.py").write_text(documented())
    (tmp_path / "tools" / "own_rule.py").write_text(HEAD + CLIPS)
    (tmp_path / "model.py").write_text(MODEL)
    settings(tmp_path)
    return tmp_path


def settings(project, more=""):
    rules = '[tool.gradcheck]\nrules = ["tools/clipped_weight.py", "tools/own_rule.py"]\n'
    (project / "pyproject.toml").write_text(rules + more)
    rule_set.cache_clear()


def run(*words):
    return CliRunner().invoke(main, words)


def check(*words):
    done = run("check", "model.py", "--project-rules", "--format", "json", *words)
    report = json.loads(done.stdout)
    return done, [(one["rule"], one["line"], one["severity"], one["variables"]) for one in report["findings"]]


DOCUMENTED = ("ACME001", 11, "warning", ["level"])
OWN = ("ACME002", 11, "warning", ["level"])
OURS = ("GC501", 8, "error", ["spare"])


def test_the_documented_rule_finds_what_none_of_ours_does(project):
    done, found = check()
    assert found == [OURS, DOCUMENTED, OWN]
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(["--select", "ACME001"], [DOCUMENTED], id="by code"),
        pytest.param(["--select", "ACME"], [DOCUMENTED, OWN], id="by the beginning of codes"),
        pytest.param(["--ignore", "clipped-weight"], [OURS, OWN], id="by name"),
        pytest.param(["--ignore", "ALL", "--extend-select", "ACME002"], [OWN], id="beside all"),
    ],
)
def test_they_are_selected_like_ours(project, words, found):
    assert check(*words)[1] == found


def test_settings_level_and_ignore_them(project):
    settings(
        project,
        '[tool.gradcheck.severity]\nACME001 = "error"\n'
        '[tool.gradcheck.per-file-ignores]\n"model.py" = ["own-rule"]\n',
    )
    assert check()[1] == [OURS, ("ACME001", 11, "error", ["level"])]


def test_the_guides_settings_are_valid(project):
    guide = (ROOT / "docs" / "guide.md").read_text()
    (block,) = re.findall(r"^```toml\n(\[tool\.gradcheck\]\n.*?)^```$", guide, re.M | re.S)
    (project / "pyproject.toml").write_text(block)
    run("baseline", "write", "tools", "--project-rules")
    rule_set.cache_clear()
    assert check()[1] == [OURS, DOCUMENTED]


def test_comments_silence_them(project):
    text = MODEL.replace("2.0)", "2.0)  # gradcheck: ignore[ACME001] on purpose")
    (project / "model.py").write_text(text)
    assert check()[1] == [OURS, OWN]


def test_a_mistyped_code_is_refused(project):
    done = run("check", "model.py", "--project-rules", "--select", "ACME003")
    assert done.exit_code == 2 and "no rule 'ACME003': did you mean ACME00" in done.stderr


def test_settings_that_name_them_are_no_error_before_the_project_is_trusted(project):
    settings(project, '[tool.gradcheck.severity]\nACME001 = "error"\n')
    done = run("check", "model.py")
    assert done.exit_code == 2 and "GC501" in done.stdout and "were not run" in done.stdout


def test_trusted_ones_are_listed_and_explained(project):
    run("trust")
    assert [line.split()[:3] for line in run("rules").stdout.splitlines()][-2:] == [
        ["ACME001", "clipped-weight", "warning"],
        ["ACME002", "own-rule", "warning"],
    ]
    for word in ("ACME001", "acme001", "clipped-weight", "clipped_weight"):
        assert run("explain", word).stdout.startswith("ACME001 clipped-weight (warning)\n\nA weight is clip")
    assert run("explain", "GC101").stdout.startswith("GC101 ")


def test_every_format_writes_them(project):
    for form in ("text", "concise", "sarif", "gitlab", "github", "junit", "rdjson", "json-lines"):
        done = run("check", "model.py", "--project-rules", "--format", form)
        assert done.exit_code == 1 and "ACME001" in done.stdout, form


# -- faults -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        pytest.param("1 / 0", 1, "ZeroDivisionError: division by zero", id="raises"),
        pytest.param("def", 1, "SyntaxError", id="is no Python"),
        pytest.param("\nraise SystemExit(0)", 2, "it tried to end gradcheck", id="leaves"),
        pytest.param("import os\nos._exit(0)", 2, "it tried to end gradcheck", id="ends the process"),
        pytest.param("while True: pass", 1, "it took more than 0.2 s", id="hangs"),
        pytest.param("", 1, "it has no RULE", id="is empty"),
        pytest.param("RULE = 3", 1, "it has no RULE", id="has another RULE"),
        pytest.param(PAGELESS, 1, "no page", id="has no page"),
        pytest.param(HEAD.replace("ACME002", "GC902"), 1, "'GC902'", id="takes our letters"),
        pytest.param(HEAD.replace("ACME002", "acme"), 1, "ACME001, not 'acme'", id="has no code"),
        pytest.param(HEAD.replace("ACME002", "ACME001"), 1, "has a rule ACME001", id="twice"),
        pytest.param(
            HEAD.replace("{code}", "{oops}"), 1, "asks for 'oops'; there are {labels}", id="a sentence"
        ),
        pytest.param(HEAD.replace("Severity.WARNING", "'warning'"), 1, "RULE.severity must be", id="a level"),
    ],
)
def test_a_file_that_is_no_rule_is_named_and_costs_nothing_else(project, monkeypatch, text, line, why):
    monkeypatch.setattr(contain, "SECONDS", 0.2)
    (project / "tools" / "own_rule.py").write_text(text)
    done, found = check()
    (error,) = json.loads(done.stdout)["errors"]
    assert (error["path"], error["line"]) == ("tools/own_rule.py", line)
    assert error["message"].startswith("cannot be used as a rule: ") and why in error["message"]
    assert found == [OURS, DOCUMENTED]
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param("yield RULE.at(facts.calls[99])", "IndexError", id="raises"),
        pytest.param("raise SystemExit(0)", "it tried to end gradcheck", id="leaves"),
        pytest.param("import os; os._exit(0)", "it tried to end gradcheck", id="ends the process"),
        pytest.param("while True: pass", "it took more than 0.2 s", id="hangs"),
        pytest.param("while True:\n    try: 1\n    except Exception: 1", "took more than", id="hangs on"),
        pytest.param("import time; time.sleep(60)", "it took more than 0.2 s", id="sleeps"),
        pytest.param("yield 3", "3, which is no Finding", id="yields a number"),
        pytest.param("return 3", "TypeError", id="returns a number"),
        pytest.param(
            "from dataclasses import replace; yield replace(RULE.at(facts.calls[0]), rule='GC101')",
            "another rule's",
            id="speaks for another",
        ),
        pytest.param(
            "from dataclasses import replace; yield replace(RULE.at(facts.calls[0]), location='here')",
            "location is 'here', not a Location",
            id="yields a broken finding",
        ),
        pytest.param("facts.calls[0].code = 'x'", "FrozenInstanceError", id="writes to the facts"),
    ],
)
def test_a_check_that_fails_is_named_and_costs_nothing_else(project, monkeypatch, body, why):
    monkeypatch.setattr(contain, "SECONDS", 0.2)
    text = f"{HEAD}\ndef check(facts):\n{textwrap.indent(body, '    ')}\n"
    (project / "tools" / "own_rule.py").write_text(text)
    done, found = check()
    (error,) = json.loads(done.stdout)["errors"]
    assert error["path"] == "tools/own_rule.py"
    assert error["message"].startswith("ACME002 failed on model.py: ") and why in error["message"]
    assert found == [OURS, DOCUMENTED]
    assert done.exit_code == 2


def test_what_a_rule_prints_is_no_part_of_the_report(project):
    says = "    print('asked')\n    import os; os.system('echo by another program')\n"
    (project / "tools" / "own_rule.py").write_text(
        HEAD.replace("from gradcheck", "print('loaded')\nfrom gradcheck") + CLIPS + says
    )
    command = [sys.executable, "-m", "gradcheck", "check", "model.py", "--project-rules", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert [one["rule"] for one in json.loads(done.stdout)["findings"]] == ["GC501", "ACME001", "ACME002"]
    assert {"loaded", "asked", "by another program"} <= {*done.stderr.splitlines()}


MISFITS = {
    "a line that is a text": (
        "location=Location('model.py', '3')",
        "a finding's location's line is '3', not a int",
    ),
    "a line that is none": (
        "location=Location('model.py', 0)",
        "a finding is at 0:1, but lines and columns count from 1",
    ),
    "a line between two": (
        "location=Location('model.py', 1.5)",
        "a finding's location's line is 1.5, not a int",
    ),
    "no path": ("location=Location(None, 1)", "a finding's location's path is None, not a str"),
    "another file": (
        "location=Location('other.py', 1)",
        "a finding is in 'other.py', of which the facts of model.py say nothing",
    ),
    "no Keras": ("keras=('4',)", "a finding's keras is ('4',), not some of ('2', '3')"),
    "no weights": ("weights=None", "a finding's weights is None, not a tuple"),
    "a list": ("weights=[]", "a finding's weights is [], not a tuple"),
    "no weight": ("weights=(3,)", "a finding's weights holds 3, which is no Weight"),
    "a weight of nothing": (
        "weights=(Weight('w', 'w', 3),)",
        "one of a finding's weights's birth is 3, not a Location",
    ),
    "a step of nothing": (
        "trail=(Step(3, 'x'),)",
        "one of a finding's trail's location is 3, not a Location",
    ),
    "a fix": ("fix=3", "a finding's fix is 3, not a Fix"),
    "other fixes": ("alternatives=3", "a finding's alternatives is 3, not a tuple"),
    "a fix of nothing": ("fix=Fix('x', True, (3,))", "a finding's fix's edits holds 3, which is no Edit"),
    "evidence": ("evidence='static'", "a finding's evidence is 'static', not a Evidence"),
    "a detail": ("detail=3", "a finding's detail is 3, not a str"),
}
NAMES = "from dataclasses import replace\nfrom gradcheck.report.finding import Fix, Location, Step, Weight\n"


@pytest.mark.parametrize(("change", "why"), MISFITS.values(), ids=MISFITS)
@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_finding_that_is_none_inside_costs_its_rule_only(project, change, why, form):
    body = f"def check(facts):\n    yield replace(RULE.at(facts.calls[0]), {change})\n"
    (project / "tools" / "own_rule.py").write_text(HEAD + NAMES + body)
    words = ["check", "model.py", "--project-rules", "--no-cache", "--format", form]
    done = CliRunner().invoke(main, words)
    said = f"ACME002 failed on model.py: TypeError: {why}"
    assert done.exit_code == 2 and said in re.sub(r"\s+", " ", done.stdout)
    assert "GC501" in done.stdout and "ACME001" in done.stdout and "itself failed" not in done.stderr


def test_a_finding_that_is_one_inside_is_told(project):
    change = "weights=facts.calls[0].weights, trail=(Step(Location('model.py', 1), 'x'),), keras=('3',)"
    body = f"def check(facts):\n    yield replace(RULE.at(facts.calls[-1]), {change})\n"
    (project / "tools" / "own_rule.py").write_text(HEAD + NAMES + body)
    done, found = check()
    assert (done.exit_code, [one for one in found if "ACME002" in str(one)] != []) == (1, True)


# -- what a rule may do to the process that it runs in -----------------------------

ENDS = {
    "raises an interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "raises what nobody catches": ("raise BaseException('all of it')", "BaseException: all of it"),
    "is its own interrupt": ("os.kill(os.getpid(), signal.SIGINT)", "it ended its process (SIGINT)"),
    "is killed": ("os.kill(os.getpid(), signal.SIGKILL)", "its process was killed"),
    "is terminated": ("os.kill(os.getpid(), signal.SIGTERM); time.sleep(5)", "it "),
    "kills its group": ("os.killpg(0, signal.SIGKILL)", "its process was killed"),
    "aborts": ("os.abort()", "it ended its process (SIGABRT)"),
    "reads no memory": ("ctypes.string_at(0)", "it ended its process (SIGSEGV)"),
    "ends behind our back": ("ctypes.CDLL(None)._exit(7)", "it ended its process (exit code 7)"),
    "becomes another program": ("os.execv('/bin/true', ['true'])", "its process"),
    "catches all": (
        "while True:\n    try: time.sleep(9)\n    except BaseException: 1",
        "took more than 1 s",
    ),
    "leaves a thread": (
        "threading.Thread(target=time.sleep, args=(600,)).start()",
        "it leaves a thread running",
    ),
    "leaves a pool": (
        "from concurrent.futures import ThreadPoolExecutor; ThreadPoolExecutor().submit(time.sleep, 600)",
        "it leaves a thread running",
    ),
}
MODULES = "import ctypes, os, signal, threading, time\n"


@pytest.mark.parametrize(("body", "why"), ENDS.values(), ids=ENDS)
def test_a_file_that_ends_its_process_is_named_and_costs_nothing_else(project, monkeypatch, body, why):
    monkeypatch.setattr(contain, "SECONDS", 1)
    (project / "tools" / "own_rule.py").write_text(HEAD + MODULES + body)
    done, found = check()
    (error,) = json.loads(done.stdout)["errors"]
    assert error["path"] == "tools/own_rule.py"
    assert error["message"].startswith("cannot be used as a rule: ") and why in error["message"]
    assert found == [OURS, DOCUMENTED] and done.exit_code == 2


@pytest.mark.parametrize(("body", "why"), ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("order", [1, -1], ids=["last", "first"])
def test_a_check_that_ends_its_process_is_named_and_costs_nothing_else(
    project, monkeypatch, body, why, order
):
    monkeypatch.setattr(contain, "SECONDS", 1)
    rules = ["tools/clipped_weight.py", "tools/own_rule.py"][::order]
    (project / "pyproject.toml").write_text(f"[tool.gradcheck]\nrules = {json.dumps(rules)}\n")
    text = f"{HEAD}{MODULES}\ndef check(facts):\n{textwrap.indent(body, '    ')}\n    return ()\n"
    (project / "tools" / "own_rule.py").write_text(text)
    done, found = check()
    (error,) = json.loads(done.stdout)["errors"]
    assert error["path"] == "tools/own_rule.py"
    assert error["message"].startswith("ACME002 failed on model.py: ") and why in error["message"]
    assert found == [OURS, DOCUMENTED] and done.exit_code == 2


HARMLESS = {
    "a thread that ends": "threading.Thread(target=time.sleep, args=(0.1,)).start()",
    "a thread that nobody waits for": "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()",
    "a pool that is closed": "with ThreadPoolExecutor() as pool: pool.submit(int)",
    "a pool that has nothing to do": "ThreadPoolExecutor().submit(int).result()",
    "a program": "__import__('subprocess').Popen(['sleep', '600'])",
    "a fork": "os.fork()",
    "its own interrupts": "signal.signal(signal.SIGINT, signal.SIG_IGN)",
    "closed streams": "os.close(0), os.close(1), os.close(2)",
}


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_what_a_check_leaves_behind_is_no_fault_where_it_ends_with_it(project, body):
    head = f"{HEAD}{MODULES}from concurrent.futures import ThreadPoolExecutor\n"
    text = f"{head}\ndef check(facts):\n    {body}\n    return RULE.every(facts)\n"
    (project / "tools" / "own_rule.py").write_text(text + CLIPS.replace("def check", "def clips"))
    done, found = check()
    assert found == [OURS, DOCUMENTED] and done.exit_code == 1, json.loads(done.stdout)["errors"]


def test_a_thread_of_a_rule_keeps_the_command_from_nothing(project):
    body = "threading.Thread(target=time.sleep, args=(600,)).start()"
    (project / "tools" / "own_rule.py").write_text(HEAD + MODULES + body)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "gradcheck", "check", "model.py", "--project-rules"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2 and "tools/own_rule.py:1: cannot be used as a rule: it leaves" in done.stdout
    assert time.monotonic() - began < 30


def test_a_finding_that_cannot_be_handed_on_is_a_fault_of_its_rule(project):
    body = "class Text(str):\n        pass\n    from dataclasses import replace\n    "
    body += "yield replace(RULE.at(facts.calls[0]), message=Text('x'))"
    text = f"{HEAD}\ndef check(facts):\n    {body}\n"
    (project / "tools" / "own_rule.py").write_text(text)
    done, found = check()
    (error,) = json.loads(done.stdout)["errors"]
    assert error["message"].startswith("ACME002 failed on model.py: ") and "pickle" in error["message"]
    assert found == [OURS, DOCUMENTED] and done.exit_code == 2


# -- trying a rule out ------------------------------------------------------------


def test_the_documented_rule_holds_its_examples(project):
    done = run("rules", "--test", "tools/clipped_weight.py")
    assert done.stdout == "tools/clipped_weight.py: ACME001 clipped-weight: 2 examples hold\n"
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("  # warning: level", "", "line 9: found, not marked: warning: level", id="found"),
        pytest.param(
            "# warning: level",
            "# error: level",
            "line 9: marked, not found: error: level",
            id="another level",
        ),
        pytest.param(
            '"tf.clip_by_value"', '"tf.clip"', "line 9: marked, not found: warning: level", id="missed"
        ),
        pytest.param("```python", "```", "has no example with a mark", id="no example"),
        pytest.param("return x * tf", "return x ** tf(", "cannot be parsed", id="no Python"),
    ],
)
def test_a_rule_that_does_not_hold_its_examples_is_told_where(project, old, new, said):
    file = project / "tools" / "clipped_weight.py"
    file.write_text(file.read_text().replace(old, new))
    done = run("rules", "--test", "tools/clipped_weight.py")
    assert said in done.stdout and done.exit_code == 1


def test_a_file_that_is_no_rule_cannot_be_tested(project):
    (project / "tools" / "own_rule.py").write_text("1 / 0")
    done = run("rules", "--test", "tools/own_rule.py")
    assert done.exit_code == 2 and "tools/own_rule.py:1: cannot be used as a rule: ZeroDiv" in done.stderr
