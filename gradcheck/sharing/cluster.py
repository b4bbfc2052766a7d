"""A dask.distributed cluster that is there already, as a team (the extra `cluster`)."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.sharing.apart import apart
from gradcheck.sharing.shares import LOST, Team

if TYPE_CHECKING:
    from distributed import Client

PREFIX = "dask://"
_PATIENCE = 30
"""Seconds in which a scheduler must answer."""
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
    """A function that is called in a process of its own, in a folder: this one, or a worker's copy of it."""

    function: Callable[..., Any]
    folder: str

    def __call__(self, argument: Any) -> Any:
        from distributed import get_worker

        return apart(self.function, argument, os.path.join(get_worker().local_directory, self.folder))


@contextmanager
def opened(address: str, sample: str, files: Callable[[], Iterable[str]]) -> Iterator[Cluster]:
    """The cluster at `dask://HOST:PORT`.

    Where every worker has the file `sample` under the same path and with the same bytes, all read in place.
    Else `files`, whose paths are relative to the current folder, are sent to each of them, those that join
    later included. Raises ClusterError.
    """
    client = _connected(address)
    try:
        workers = _checked(client, address)
        if _all_see(client, os.path.abspath(sample)):
            yield Cluster(_team(client, os.getcwd()), workers, None)
            return
        name, texts = f"gradcheck-{uuid.uuid4().hex}", dict(_texts(files()))
        client.register_plugin(_copy(texts, name), name=name)
        try:
            yield Cluster(_team(client, name), workers, len(texts))
        finally:
            client.unregister_worker_plugin(name)
    finally:
        client.close()


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


def _team(client: Client, folder: str) -> Team:
    from distributed import CancelledError, KilledWorker

    executor = client.get_executor(pure=False)
    threads = sum(client.nthreads().values())
    lost = (*LOST, CancelledError, KilledWorker)
    return Team(executor, lambda: nullcontext(executor), _AHEAD * threads, lost, partial(Call, folder=folder))


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


def _copy(texts: Mapping[str, bytes], name: str) -> Any:
    """What gives every worker, also one that joins later, the files in its own folder."""
    from distributed import WorkerPlugin

    class Copy(WorkerPlugin):  # type: ignore[misc]
        def setup(self, worker: Any) -> None:
            write(texts, os.path.join(worker.local_directory, name))

        def teardown(self, worker: Any) -> None:
            import shutil

            shutil.rmtree(os.path.join(worker.local_directory, name), ignore_errors=True)

    return Copy()


def write(texts: Mapping[str, bytes], folder: str) -> None:
    """Write files below a folder; the folder is there even if there are none."""
    os.makedirs(folder, exist_ok=True)
    for path, data in texts.items():
        place = os.path.join(folder, path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(data)
