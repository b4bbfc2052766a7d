"""The cluster that `--executor` names, with what has to be said about it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from gradcheck.config.options import Options
from gradcheck.sharing.cluster import PREFIX, Cluster, ClusterError, opened
from gradcheck.source.discover import SKIPPED_FOLDERS, SUFFIXES


@contextmanager
def cluster_for(options: Options, paths: Sequence[str], *, sends: bool = True) -> Iterator[Cluster]:
    """The cluster for a job on some paths. Where its workers do not see the files, the current folder is sent
    to them, or with `sends` off it is bad usage, as are a wrong address and workers without gradcheck."""
    address = options.executor or ""
    if not _is_address(address):
        raise click.UsageError(f"--executor takes dask://HOST:PORT, not {address!r}")
    try:
        with opened(address, paths[0], _files) as cluster:
            if cluster.sent is not None:
                _may_be_sent(options, paths, sends=sends)
            click.echo(f"gradcheck: {_said(cluster)}", err=True)
            yield cluster
    except ClusterError as error:
        raise click.UsageError(str(error)) from None
    except KeyboardInterrupt:
        click.echo("gradcheck: interrupted; the cluster was told to end what it had begun", err=True)
        raise


def _is_address(address: str) -> bool:
    """Whether a host and a port that there may be are named: nobody waits for others."""
    host, _, port = address.removeprefix(PREFIX).rpartition(":")
    return address.startswith(PREFIX) and bool(host) and port.isdecimal() and 0 < int(port) < 1 << 16


def _may_be_sent(options: Options, paths: Sequence[str], *, sends: bool) -> None:
    away = [path for path in paths if os.path.isabs(path) or os.path.normpath(path).startswith("..")]
    if not sends:
        raise click.UsageError(
            "the workers do not see the programs: give them a folder that all machines share"
        )
    if away:
        raise click.UsageError(
            f"the workers do not see {away[0]}: run in a folder above it, with relative paths"
        )
    if options.rules:
        raise click.UsageError("the workers do not see the project's own rules: use a folder that all share")


def _said(cluster: Cluster) -> str:
    workers = f"{cluster.workers} workers" if cluster.workers != 1 else "1 worker"
    if cluster.sent is None:
        return f"{workers} read the files in place"
    return f"{workers} were sent {cluster.sent} files"


def _files() -> Iterator[str]:
    """All that may be imported, below the current folder."""
    for folder, folders, names in os.walk("."):
        folders[:] = [one for one in folders if not one.startswith(".") and one not in SKIPPED_FOLDERS]
        for name in names:
            if name.endswith(SUFFIXES):
                yield os.path.normpath(os.path.join(folder, name))
