"""A real cluster on this machine: what it loses is done elsewhere, and the report is the local one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from cases import FIXTURES
from click.testing import CliRunner

from gradcheck.cli.commands import main
from gradcheck.sharing import cluster as clusters
from gradcheck.sharing.shares import in_order

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")

BASE = """import tensorflow as tf


class Base(tf.keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))
"""
MODEL = """import tensorflow as tf
from base import Base


class Hard(Base):
    def call(self, x):
        return x * tf.round(self.w)
"""


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Any]:
    """A scheduler with two workers, each restarted when it dies."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster


@pytest.fixture
def address(two_workers: Any) -> str:
    """Where the cluster answers, once both workers are there: the test before may have killed one."""
    two_workers.wait_for_workers(2)
    return str(two_workers.scheduler_address).replace("tcp://", clusters.PREFIX)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.py").write_text(BASE)
    for number in range(40):
        (tmp_path / f"m{number:02}.py").write_text(MODEL)
    return tmp_path


def checked(*flags: str) -> tuple[str, str]:
    """The JSON report of the current folder, and what was said beside it."""
    done = CliRunner().invoke(main, ["check", ".", "--no-cache", "--format", "json", *flags])
    assert done.exit_code == 1, done.output
    return done.stdout, done.stderr


@pytest.mark.parametrize("seen", [True, False], ids=["read in place", "sent"])
def test_the_report_is_the_same_bytes(
    address: str, project: Path, monkeypatch: pytest.MonkeyPatch, seen: bool
) -> None:
    if not seen:
        monkeypatch.setattr(clusters, "_all_see", lambda *_: False)
    here, _ = checked("--jobs", "1")
    there, said = checked("--executor", address)
    assert len(json.loads(here)["findings"]) == 40
    assert there == here
    assert ("read the files in place" if seen else "were sent 41 files") in said


def once(share: list[tuple[str, int]]) -> list[int]:
    """Its worker is killed under the first share; one number always ends its process."""
    folder = share[0][0]
    for _, number in share:
        with open(os.path.join(folder, f"tries of {number}"), "a") as tries:
            tries.write("x")
    try:
        os.close(os.open(os.path.join(folder, "killed"), os.O_CREAT | os.O_EXCL))
        os.kill(os.getppid(), signal.SIGKILL)
        os._exit(1)
    except FileExistsError:
        pass
    if any(number == 13 for _, number in share):
        os._exit(1)
    return [number for _, number in share]


def test_a_killed_worker_loses_nothing_and_a_poisonous_item_is_given_up(address: str, tmp_path: Path) -> None:
    items = [(str(tmp_path), number) for number in range(30)]
    with clusters.opened(address, str(Path(__file__)), list) as cluster:
        results = list(in_order(once, items, cluster.team, lambda item: -item[1], size=4))
    assert results == [-number if number == 13 else number for number in range(30)]
    assert (tmp_path / "killed").exists()
    assert len((tmp_path / "tries of 13").read_text()) == 2


def test_a_worker_that_is_killed_while_it_checks(address: str, project: Path) -> None:
    here, _ = checked("--jobs", "1")
    with distributed.Client(address.replace(clusters.PREFIX, "tcp://"), set_as_default=False) as client:
        ids = client.run(os.getpid)
        with ThreadPoolExecutor(1) as pool:
            killed = pool.submit(kill_one_that_works, client, ids)
            there, _ = checked("--executor", address)
            assert killed.result() in ids
    assert there == here


def kill_one_that_works(client: Any, ids: dict[str, int]) -> str:
    """Kill the first worker that has something to do."""
    while True:
        for worker, tasks in client.processing().items():
            if tasks:
                os.kill(ids[worker], signal.SIGKILL)
                return str(worker)
        time.sleep(0.01)


WAITING = """import os
import time

with open("{folder}/started", "w") as file:
    file.write(str(os.getpid()))
os.rename("{folder}/started", "{folder}/waiting")
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_what_has_begun(address: str, tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "model.py").write_text(WAITING.format(folder=tmp_path))
    command = [
        sys.executable,
        "-m",
        "gradcheck",
        "probe",
        "model.py",
        "--write-through",
        "--executor",
        address,
    ]
    with subprocess.Popen(command, cwd=tmp_path, stdout=PIPE, stderr=PIPE, text=True) as process:
        until((tmp_path / "waiting").exists, lambda: process.poll() is None)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    said = ["gradcheck: 2 workers read the files in place"]
    if number is signal.SIGINT:
        said.append("gradcheck: interrupted; the cluster was told to end what it had begun")
    # On a busy machine the cluster's own library says that it was kept waiting.
    ours = [line for line in err.splitlines() if line.startswith("gradcheck: ")]
    assert (process.returncode, out, ours) == (128 + number, "", said)
    assert "Traceback" not in err
    program = Path("/proc", (tmp_path / "waiting").read_text())
    until(lambda: not program.exists())
    with distributed.Client(address.replace(clusters.PREFIX, "tcp://"), set_as_default=False) as client:
        until(lambda: not any(client.processing().values()))


def test_what_another_command_began_goes_on(address: str, tmp_path: Path) -> None:
    with (
        clusters.opened(address, str(Path(__file__)), list) as staying,
        ThreadPoolExecutor(1) as pool,
    ):
        waited = pool.submit(lambda: list(in_order(slowly, [str(tmp_path)], staying.team, str, size=1)))
        until((tmp_path / "begun").exists)
        with pytest.raises(KeyboardInterrupt), clusters.opened(address, str(Path(__file__)), list):
            raise KeyboardInterrupt
        (tmp_path / "go on").touch()
        assert waited.result() == ["done"]


def slowly(share: list[str]) -> list[str]:
    """Done once it may go on."""
    Path(share[0], "begun").touch()
    until(Path(share[0], "go on").exists)
    return ["done"]


def until(true: Callable[[], bool], meanwhile: Callable[[], bool] = lambda: True) -> None:
    """Wait until something is true; what must hold meanwhile does."""
    latest = time.monotonic() + 120
    while not true():
        assert meanwhile() and time.monotonic() < latest
        time.sleep(0.05)


@pytest.mark.tf
def test_programs_are_probed_alike(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "normal-whole-in-build-keras3")
    command = ["probe", "model.py", "--keras", "3", "--format", "json"]
    here, there = (CliRunner().invoke(main, [*command, *more]) for more in ([], ["--executor", address]))
    assert (here.exit_code, there.exit_code) == (1, 1)
    assert here.stdout == there.stdout


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("dask://127.0.0.1:9", "no scheduler answers"),
        ("spark://x", "dask://HOST:PORT"),
        ("dask://127.0.0.1:99999", "dask://HOST:PORT"),
        ("dask://127.0.0.1:-1", "dask://HOST:PORT"),
        ("dask://:8786", "dask://HOST:PORT"),
        ("dask://cluster", "dask://HOST:PORT"),
    ],
)
def test_no_cluster_is_said(project: Path, monkeypatch: pytest.MonkeyPatch, where: str, why: str) -> None:
    monkeypatch.setattr(clusters, "_PATIENCE", 1)
    done = CliRunner().invoke(main, ["check", ".", "--executor", where])
    assert done.exit_code == 2
    assert why in done.stderr
