"""`gradcheck check --executor`: what the client does beside the processes that follow the files for it."""

from __future__ import annotations

import os
import pickle
import resource
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gradcheck.config.options import Options
from gradcheck.lint import FILES_PER_SHARE, lint
from gradcheck.sharing.apart import apart
from gradcheck.sharing.shares import Team
from gradcheck.source.discover import read
from tests.performance import material
from tests.performance.paired import Ratio, ratio
from tests.performance.part import Effort, Result, table

FEW = 2 * FILES_PER_SHARE
MANY = 10_000_000
INTRODUCTION = """\
`gradcheck check` of a folder of {files:,} files (tf_keras and keras) in shares of {share}, as a cluster is \
given them, each share in a process of its own; CPU time in proportion to that of these processes.
What the cluster itself needs to hand on a share is not in it.
Bytes are those of texts and reports as they are pickled.

"""


@dataclass(frozen=True)
class Cost:
    """CPU seconds of a check that is shared out, and bytes there and back."""

    workers: float
    client: float
    starts: float
    there: int
    back: int


class Apart(Executor):
    """Has every share done at once in a process of its own, as a worker does; `beside` are the CPU seconds of
    this process for that."""

    def __init__(self) -> None:
        self.work: Callable[[list[Any]], list[Any]] = list
        self.shares = self.there = self.back = 0
        self.beside = 0.0

    def submit(self, work: Any, share: Any) -> Future[Any]:  # type: ignore[override]
        """Done when it returns; share and reports are pickled as on their way."""
        self.there += len(pickle.dumps((work, share)))
        began = time.process_time()
        answer = pickle.dumps(apart(work, share, os.curdir))
        self.beside += time.process_time() - began
        self.back += len(answer)
        self.work, self.shares = work, self.shares + 1
        done: Future[Any] = Future()
        done.set_result(pickle.loads(answer))
        return done


def measure(effort: Effort) -> Result:
    """The same folder in every round."""
    with TemporaryDirectory() as folder:
        files = _files(Path(folder), FEW if effort.quick else material.THOUSAND)
        costs = [_shared_out(folder) for _ in range(effort.rounds)]
    intro = INTRODUCTION.format(files=files, share=FILES_PER_SHARE)
    return Result(
        f"{intro}{_steps(costs, files)}\n{_many(costs, files)}",
        seconds={"workers": [one.workers for one in costs], "client": [one.client for one in costs]},
    )


def _files(folder: Path, count: int) -> int:
    """Put so many files into a folder, of all kinds that there are."""
    copied = material.thousand(folder)
    kept = {*copied[:: material.THOUSAND // count][:count]}
    for file in copied:
        if file not in kept:
            file.unlink()
    return len(kept)


def _shared_out(folder: str) -> Cost:
    executor = Apart()
    team = Team(executor, lambda: nullcontext(executor), 0)
    client = time.process_time()
    workers = _of_processes(lambda: lint([folder], Options(), team=team))
    client = time.process_time() - client - executor.beside
    start = _of_processes(lambda: apart(executor.work, [read(str(material.SMALL))], os.curdir))
    return Cost(workers, client, start * executor.shares, executor.there, executor.back)


def _of_processes(act: Callable[[], object]) -> float:
    """CPU seconds of the processes that something starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _steps(costs: list[Cost], files: int) -> str:
    one = costs[0]
    return table(
        ("step", "CPU time", "bytes for a file"),
        (
            ("workers: follow the files", "1.00", ""),
            ("workers: of that, start the processes", _beside_workers(costs, "starts"), ""),
            ("client: find, read and send the files, take and merge the reports", _client(costs), ""),
            ("network: texts there", "", f"{one.there / files:,.0f}"),
            ("network: reports back", "", f"{one.back / files:,.0f}"),
        ),
    )


def _beside_workers(costs: list[Cost], what: str) -> Ratio:
    return ratio([getattr(one, what) for one in costs], [one.workers for one in costs])


def _client(costs: list[Cost]) -> Ratio:
    return _beside_workers(costs, "client")


def _many(costs: list[Cost], files: int) -> str:
    """The median round, multiplied."""
    one = sorted(costs, key=lambda cost: cost.client / cost.workers)[len(costs) // 2]
    times = MANY / files
    return (
        f"Multiplied, {MANY:,} files of this kind and on this machine take {one.workers * times / 3600:,.0f} "
        f"core hours of workers, {one.client * times / 60:,.0f} minutes of one core of the client, "
        f"{one.there * times / 1e9:,.0f} GB there and {one.back * times / 1e9:,.1f} GB back: more than "
        f"{one.workers / one.client:,.0f} cores wait for the client.\n"
    )
