"""A dask.distributed cluster that is there already, as a team (the extra `cluster`)."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.sharing.apart import Crew
from gradcheck.sharing.shares import LOST, Team

if TYPE_CHECKING:
    from distributed import Client

PREFIX = "dask://"
_PATIENCE = 30
"""Seconds in which a scheduler must answer."""
_FAREWELL = 5
"""Seconds that a cluster has to end what works for us, once we are done or interrupted."""
_AHEAD = 2
"""How many shares are submitted for each thread of a worker."""


class ClusterError(Exception):
    """A cluster cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Cluster:
    """The team of a cluster. `sent` is how many files each worker was sent; None where all of them read the
    files in place."""

    team: Team
    workers: int
    sent: int | None


@dataclass(frozen=True)
class Call:
    """A function that is called in a process of its own, in a folder: this one, or a worker's copy of it.
    `command` is what our plugin is called there."""

    function: Callable[..., Any]
    folder: str
    command: str

    def __call__(self, argument: Any) -> Any:
        from distributed import get_worker

        worker = get_worker()
        crew: Crew = worker.plugins[self.command].crew
        return crew.apart(self.function, argument, os.path.join(worker.local_directory, self.folder))


@contextmanager
def opened(address: str, sample: str, files: Callable[[], Iterable[str]]) -> Iterator[Cluster]:
    """The cluster at `dask://HOST:PORT`.

    Where every worker has the file `sample` under the same path and with the same bytes, all read in place.
    Else `files`, whose paths are relative to the current folder, are sent to each of them, those that join
    later included. However the block is left, what still works for it is ended. Raises ClusterError.
    """
    client = _connected(address)
    try:
        workers = _checked(client, address)
        seen = _all_see(client, os.path.abspath(sample))
        texts = None if seen else dict(_texts(files()))
        name = f"gradcheck-{uuid.uuid4().hex}"
        client.register_plugin(_plugin(texts, name), name=name)
        try:
            team = _team(client, os.getcwd() if seen else name, name)
            yield Cluster(team, workers, None if texts is None else len(texts))
        finally:
            _within(_FAREWELL, lambda: client.unregister_worker_plugin(name))
    finally:
        client.close(_FAREWELL)


def _within(seconds: float, call: Callable[[], Any]) -> None:
    """Call, and wait no longer: a scheduler that is gone does not answer."""
    calling = threading.Thread(target=call, daemon=True)
    calling.start()
    calling.join(seconds)


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ClusterError("distributed is not installed: pip install 'gradcheck[cluster]'") from None
    try:
        return Client(f"tcp://{address.removeprefix(PREFIX)}", timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {address}: {error}") from None


def _checked(client: Client, address: str) -> int:
    """How many workers there are; all of them must have this gradcheck."""
    versions = _asked(client, _version)
    if not versions:
        raise ClusterError(f"{address} has no workers: start some with `dask worker`")
    for worker, version in versions.items():
        if version != _version():
            has = "no gradcheck" if isinstance(version, BaseException) else f"gradcheck {version}"
            raise ClusterError(f"the worker {worker} has {has}: install gradcheck=={_version()} there")
    return len(versions)


def _team(client: Client, folder: str, command: str) -> Team:
    from distributed import CancelledError, KilledWorker

    executor = client.get_executor(pure=False)
    threads = sum(client.nthreads().values())
    lost = (*LOST, CancelledError, KilledWorker)
    sent = partial(Call, folder=folder, command=command)
    return Team(executor, lambda: nullcontext(executor), _AHEAD * threads, lost, sent)


def _all_see(client: Client, path: str) -> bool:
    ours = _digest(path)
    return bool(ours) and all(one == ours for one in _asked(client, _digest, path).values())


def _asked(client: Client, function: Callable[..., str], *arguments: str) -> dict[str, Any]:
    """What every worker answers, or the error it answers with; one that is gone has no say."""
    answers: Mapping[str, Any] = client.run(function, *arguments, on_error="return")
    return {worker: answer for worker, answer in answers.items() if not isinstance(answer, OSError)}


def _version() -> str:
    from gradcheck.base.version import __version__

    return __version__


def _digest(path: str) -> str:
    """What tells a file's bytes; of a folder, the names in it."""
    try:
        if os.path.isdir(path):
            data = "\0".join(sorted(os.listdir(path))).encode(errors="surrogateescape")
        else:
            with open(path, "rb") as file:
                data = file.read()
    except OSError:
        return ""
    return hashlib.sha256(data).hexdigest()


def _texts(paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        with suppress(OSError), open(path, "rb") as file:  # whoever reads it in earnest says so
            yield path, file.read()


def _plugin(texts: Mapping[str, bytes] | None, name: str) -> Any:
    """What every worker has for one command, also one that joins later: the processes that work for it, and
    a copy of the files where it does not see them."""
    from distributed import WorkerPlugin

    class OfOneCommand(WorkerPlugin):  # type: ignore[misc]
        def setup(self, worker: Any) -> None:
            self.crew = Crew()
            if texts is not None:
                write(texts, os.path.join(worker.local_directory, name))

        def teardown(self, worker: Any) -> None:
            import shutil

            self.crew.end()
            shutil.rmtree(os.path.join(worker.local_directory, name), ignore_errors=True)

    return OfOneCommand()


def write(texts: Mapping[str, bytes], folder: str) -> None:
    """Write files below a folder; the folder is there even if there are none."""
    os.makedirs(folder, exist_ok=True)
    for path, data in texts.items():
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(data)
