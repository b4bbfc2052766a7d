"""The GitHub action's own script, with the inputs and files that a runner gives it, hostile ones too."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from programs import CAPTURE
from repositories import committed, git

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".github" / "action" / "run.py"
CLEAN = "import tensorflow as tf\n\n\ndef double(x):\n    return 2.0 * tf.square(x)\n"


def act(folder, **inputs):
    """Run the script as the action does; gives its process and its outputs."""
    temporary = folder / "runner temp"
    temporary.mkdir(exist_ok=True)
    files = {name: str(temporary / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {**kept, **files, **inputs, "RUNNER_TEMP": str(temporary)}
    done = subprocess.run(
        [sys.executable, SCRIPT], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    outputs = Path(files["GITHUB_OUTPUT"])
    lines = outputs.read_text().splitlines() if outputs.exists() else []
    return done, dict(line.split("=", 1) for line in lines)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "my models").mkdir()
    (tmp_path / "my models" / "scale.py").write_text(CAPTURE)
    (tmp_path / "-fast.py").write_text(CAPTURE)
    (tmp_path / "clean.py").write_text(CLEAN)
    return tmp_path


def annotated(done):
    return re.findall(r"^::error file=([^,]*),line=(\d+)", done.stdout, re.M)


def test_paths_on_several_lines_quoted_and_like_options(project):
    done, said = act(project, PATHS="clean.py\n'my models' \"-fast.py\"\n\n")
    assert sorted(annotated(done)) == [("-fast.py", "7"), ("my models/scale.py", "7")]
    assert (done.returncode, said["exit-code"]) == (1, "1")
    assert said["summary"].startswith("2 findings: 2 errors (3 files")


def test_a_clean_project(project):
    done, said = act(project, PATHS="clean.py")
    assert (done.returncode, said["exit-code"], said["sarif-file"]) == (0, "0", "")


@pytest.mark.parametrize("hostile", ["$(touch owned)", "`touch owned`", "; touch owned", "'"])
@pytest.mark.parametrize("name", ["PATHS", "ARGUMENTS"])
def test_no_input_reaches_a_shell(project, name, hostile):
    done, _ = act(project, **{"PATHS": "clean.py", name: hostile})
    assert done.returncode == 2
    assert not (project / "owned").exists()
    assert "Traceback" not in done.stderr + done.stdout


def test_what_follows_two_dashes_is_the_programs():
    parted = runpy.run_path(str(SCRIPT))["_parted"]
    assert parted(["--keras", "3", "--", "--epochs", "1"]) == (["--keras", "3"], ["--", "--epochs", "1"])


def test_a_file_of_the_project_is_not_taken_for_gradcheck(project):
    (project / "gradcheck.py").write_text("print('owned')")
    done, _ = act(project, PATHS="clean.py")
    assert "owned" not in done.stdout


def test_a_folder_is_not_run_and_that_is_said(project):
    done, _ = act(project, PATHS="'my models'", PROBE="true", ARGUMENTS="--no-cache")
    assert "::warning title=gradcheck::my models is a folder: it is read, not run" in done.stdout
    assert annotated(done) == [("my models/scale.py", "7")]


def test_sarif_goes_to_a_file(project):
    done, said = act(project, PATHS="'my models'", SARIF="true")
    (run,) = json.loads(Path(said["sarif-file"]).read_text())["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["GC101"]
    assert done.returncode == 1


def test_only_what_a_pull_request_changes(project):
    committed(project)
    git("checkout", "-qb", "topic", at=project)
    (project / "new.py").write_text(CAPTURE)
    git("add", ".", at=project)
    git("commit", "-qm", "second", at=project)
    clone = project / "clone"
    git("clone", "-q", "--depth", "1", "--branch", "topic", project.as_uri(), str(clone))
    done, said = act(clone, PATHS=".", NEW_ONLY="true", GITHUB_BASE_REF="main")
    assert annotated(done) == [("new.py", "7")], done.stdout + done.stderr
    assert said["summary"].startswith("1 finding: 1 error")


def test_what_is_used_from_elsewhere_is_pinned():
    used = re.findall(r"uses: (\S+)", (ROOT / "action.yml").read_text())
    assert used and all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one) for one in used)
