"""The main job for real: the program that started it, its look-alikes, and Python without TensorFlow."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEED = "fixtures/normal-indexed-in-build/model.py"
CLEAN = "fixtures/normal-made-in-call-clean/model.py"
WHOLE = "fixtures/normal-whole-in-build/model.py"


def gradcheck(*arguments, **environment):
    """The command as a user runs it; the Keras of this environment is not the user's."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("TF_USE_LEGACY_KERAS", "COLUMNS")
    }
    return subprocess.run(
        [sys.executable, "-m", "gradcheck", *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def report(*arguments):
    done = gradcheck(*arguments, "--format", "json")
    return done.returncode, json.loads(done.stdout)


@pytest.mark.tf
def test_the_readme_shows_a_real_run():
    readme = (ROOT / "README.md").read_text()
    fresh = readme
    for words, shown in re.findall(r"```console\n\$ gradcheck ([^\n]+)\n(.*?\n)```", readme, re.S):
        fresh = fresh.replace(shown, gradcheck(*words.split()).stdout)
    if os.environ.get("GRADCHECK_WRITE_GOLDENS"):
        (ROOT / "README.md").write_text(fresh)
    else:
        assert versionless(readme) == versionless(fresh)


def versionless(text):
    """Versions differ from one environment to the next, and with them nothing that matters."""
    return re.sub(r"\d+\.\d+\.\d+", "x.y.z", text)


@pytest.mark.tf
def test_the_program_that_started_it():
    code, said = report(SEED)
    assert code == 1
    (probe,) = said["probes"]
    assert probe["keras"].startswith("2.") and "position" in probe["reason"]
    assert [
        (one["rule"], one["line"], one["column"], one["end_column"], one["variables"], one["evidence"])
        for one in said["findings"]
    ] == [
        ("GC101", 20, 40, 50, ["mean"], "confirmed"),
        ("GC101", 20, 52, 65, ["std"], "confirmed"),
    ]
    assert [(one["gradient"], one["finding"]) for one in probe["variables"]] == [("none", 0), ("none", 1)]


@pytest.mark.tf
def test_its_correct_version():
    done = gradcheck(CLEAN)
    assert done.returncode == 0, done.stdout
    said = "no findings (1 file; 2 weights, all reach the loss; 2 variables seen, all ok)"
    assert done.stdout.splitlines()[-1] == said
    assert done.stderr == ""


@pytest.mark.tf
def test_without_the_index_it_depends_on_keras():
    code, said = report(WHOLE, "--keras", "both")
    old, new = said["probes"]
    assert code == 1
    assert {one["gradient"] for one in old["variables"]} == {"ok"}
    assert {one["gradient"] for one in new["variables"]} == {"none"}
    assert [(one["rule"], one["variables"], one["keras"], one["evidence"]) for one in said["findings"]] == [
        ("GC102", ["mean"], ["3"], "confirmed"),
        ("GC102", ["std"], ["3"], "confirmed"),
    ]


def test_without_the_index_it_is_clean_under_keras_2():
    code, said = report("check", WHOLE, "--keras", "2")
    assert (code, said["findings"]) == (0, [])


def test_without_tensorflow_the_static_half_still_speaks(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    done = gradcheck(SEED, "--keras", "2", "--python", str(tmp_path / "venv" / "bin" / "python"))
    assert done.returncode == 2
    assert done.stdout.count(": error GC101 ") == 2
    assert "install tensorflow" in " ".join(done.stdout.split())
    assert "Traceback" not in done.stderr + done.stdout
