"""A process that has imported TensorFlow and nothing else, and becomes the child of every run by forking.

TensorFlow starts its threads with its first operation: a fork before that is as sound as one of a bare
interpreter. No code of a program's ever runs in this process.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

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

        with _settings_of_keras_left_as_they_are():
            program.load_tensorflow()


@contextmanager
def _settings_of_keras_left_as_they_are() -> Iterator[None]:
    """Importing Keras writes its default settings where there are none: they go again, as in a shadow."""
    home = os.environ.get("KERAS_HOME")
    folders = [home] if home else [os.path.expanduser("~/.keras"), "/tmp/.keras"]
    new = [one for one in folders if not os.path.lexists(os.path.join(one, "keras.json"))]
    made = [one for one in new if not os.path.lexists(one)]
    yield
    for folder in new:
        with suppress(OSError):
            os.unlink(os.path.join(folder, "keras.json"))
    for folder in made:
        with suppress(OSError):
            os.rmdir(folder)


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
