"""Whatever a program does to its process, there is a report, the right status, and nothing left of it."""

from __future__ import annotations

import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from driver.hostile import HEAD, HEAD_LINES, PROGRAMS
from gradcheck.probe.driver.run import run
from gradcheck.probe.driver.warm import Warm
from gradcheck.probe.job.job import Job
from gradcheck.report.kinds import Status
from gradcheck.report.verdict import Probe

pytestmark = pytest.mark.tf


@pytest.fixture(scope="module")
def probes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Future[Probe]]:
    found: dict[str, Future[Probe]] = {name: Future() for name in PROGRAMS}

    def some(names: list[str]) -> None:
        """Several programs, which share one import of TensorFlow: none may harm the next one."""
        with Warm() as warm:
            for name in names:
                path = tmp_path_factory.mktemp("hostile") / "program.py"
                path.write_text(HEAD + PROGRAMS[name].body + "\n")
                job = Job(str(path), keras="3", timeout=PROGRAMS[name].timeout)
                try:
                    found[name].set_result(run(job, warm=warm))
                except BaseException as error:
                    found[name].set_exception(error)  # a test that waits for it must end

    pool = ThreadPoolExecutor(2)
    for first in (0, 1):
        pool.submit(some, [*PROGRAMS][first::2])
    pool.shutdown(wait=False)
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_there_is_always_a_report(probes: dict[str, Future[Probe]], name: str) -> None:
    program, probe = PROGRAMS[name], probes[name].result()
    assert probe.status == program.status, probe
    assert program.reason in (probe.reason or "")
    assert program.note in " ".join(probe.notes)
    if program.line:
        assert f"program.py:{HEAD_LINES + program.line})" in (probe.reason or "")
    trained = [(one.variable.path, one.status) for one in probe.verdicts if one.variable.path.startswith("w")]
    assert trained == ([("w:0", Status.OK)] if program.seen else [])


def test_nothing_is_left_running(probes: dict[str, Future[Probe]]) -> None:
    folders = {str(Path(probe.result().target).parent) for probe in probes.values()}
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert not [line for line in running.splitlines() if any(folder in line for folder in folders)]
