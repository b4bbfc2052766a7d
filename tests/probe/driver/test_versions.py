"""Fixtures under the TensorFlows of other interpreters: the same verdicts, causes on the same lines.

`GRADCHECK_OTHER_PYTHONS` names the interpreters, separated like folders in `PATH`. They need TensorFlow and
`tensorflow_probability`, and nothing of gradcheck's own.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from cases import Case, cases, leaves

from gradcheck.probe.driver.run import run
from gradcheck.probe.job import installed
from gradcheck.probe.job.job import Job
from gradcheck.probe.job.merge import is_bad
from gradcheck.report.kinds import BOTH_KERAS
from gradcheck.report.verdict import Probe

pytestmark = pytest.mark.tf

PYTHONS = tuple(filter(None, os.environ.get("GRADCHECK_OTHER_PYTHONS", "").split(os.pathsep)))
NAMES = {
    "clean-gumbel-softmax-router",
    "clean-vq-straight-through",
    "custom-gradient-returns-none",
    "layers-in-python-closure",
    "log-of-softmax-zero",
    "moe-hard-routing",
    "normal-indexed-in-build",
    "ntm-memory-assign",
    "ok-byol-target-network",
    "tensorarray-write-result-dropped",
}
CASES = [case for case in cases() if case.name in NAMES]
POOL = ThreadPoolExecutor(2)


def _kerases(python: str) -> tuple[str, ...]:
    if installed.brings_keras_2(python):
        return ("2",)
    missing = subprocess.run([python, "-c", "import tf_keras"], capture_output=True, check=False).returncode
    return ("3",) if missing else BOTH_KERAS


RUNS = [
    (python, keras, case)
    for python in PYTHONS
    for keras in _kerases(python)
    for case in CASES
    if case.runs(keras)
]
if not RUNS:
    pytest.skip(
        "GRADCHECK_OTHER_PYTHONS names no interpreter with another TensorFlow", allow_module_level=True
    )


@pytest.fixture(scope="module")
def probes() -> dict[tuple[str | None, str, str], Future[Probe]]:
    here = [(None, keras, case) for keras in BOTH_KERAS for case in CASES if case.runs(keras)]
    return {
        (python, keras, case.name): POOL.submit(run, Job(str(case.program), keras=keras, python=python))
        for python, keras, case in (*here, *RUNS)
    }


@pytest.mark.parametrize(("python", "keras", "case"), RUNS, ids=lambda one: getattr(one, "name", str(one)))
def test_verdicts_and_lines_are_those_seen_here(
    probes: dict[tuple[str | None, str, str], Future[Probe]], python: str, keras: str, case: Case
) -> None:
    there, here = probes[python, keras, case.name].result(), probes[None, keras, case.name].result()
    assert (there.status, there.tensorflow != "") == (here.status, True), there.reason
    assert _statuses(there) == _statuses(here)
    assert _lines(there) == _lines(here)


def _statuses(probe: Probe) -> Counter[tuple[str, str]]:
    return leaves(
        {f"{number}/{one.variable.path}": one.status.value for number, one in enumerate(probe.verdicts)}
    )


def _lines(probe: Probe) -> set[int]:
    return {one.causes[0].cut.location.line for one in probe.verdicts if is_bad(one) and one.causes}


def test_they_are_other_interpreters() -> None:
    assert all(Path(python).is_file() for python in PYTHONS)
