"""A process that has imported TensorFlow and nothing else, and becomes the child of every run by forking.

TensorFlow starts its threads with its first operation: a fork before that is as sound as one of a bare
interpreter. No code of a program's ever runs in this process.
"""

from __future__ import annotations

import builtins
import errno
import gc
import json
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcheck.probe.job.installed import problem

MOST = 65_536
"""Bytes of a request."""


@dataclass(frozen=True)
class Order:
    """One run: the folder of its job, and the pipe that ends with the parent."""

    folder: Path
    leash: int


def wait(handle: int, keras: str | None) -> Order:
    """Import TensorFlow, then fork for every order that arrives on a socket; returns in each child alone.

    Answers each order with the child's process id and then with its wait status, one number a line.
    """
    channel = socket.socket(fileno=handle)
    with suppress(Exception):  # the child meets it again, and can say it
        _import(keras)
    gc.freeze()
    while True:
        data, handles, _, _ = socket.recv_fds(channel, MOST, 2)
        if not data:
            os._exit(0)
        leash, output = handles
        child = _fork()
        if not child:
            channel.close()
            return _begin(json.loads(data), leash, output)
        os.close(leash)
        os.close(output)
        try:
            channel.sendall(f"{child}\n".encode())
            channel.sendall(f"{os.waitpid(child, 0)[1]}\n".encode())
        except OSError:
            os._exit(0)


def _import(keras: str | None) -> None:
    if problem(keras, None) is None:
        from gradcheck.probe.child import program

        with _without_writing():
            program.load_tensorflow()


@contextmanager
def _without_writing() -> Iterator[None]:
    """Importing Keras writes its default settings where there are none; it does without where it cannot."""
    open_file, make_folders = builtins.open, os.makedirs

    def opened(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if set(mode) & set("wxa+"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), file)
        return open_file(file, mode, *more, **named)

    def refused(name: Any, *_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)

    vars(builtins)["open"], vars(os)["makedirs"] = opened, refused
    try:
        yield
    finally:
        vars(builtins)["open"], vars(os)["makedirs"] = open_file, make_folders


def _fork() -> int:
    with warnings.catch_warnings():
        # The second thread is that of NumPy's linear algebra, which is made for forks.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _begin(row: dict[str, str], leash: int, output: int) -> Order:
    """Be what a process of its own would be."""
    os.setsid()
    for standard in (1, 2):
        os.dup2(output, standard)
    os.close(output)
    os.chdir(row["here"])
    return Order(Path(row["folder"]), leash)
