"""A process that has imported TensorFlow and nothing else, and becomes the child of every run by forking.

TensorFlow starts its threads with its first operation: a fork before that is as sound as one of a bare
interpreter. No code of a program's ever runs in this process, so it is the last guard of all of them.
"""

from __future__ import annotations

import gc
import json
import os
import select
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gradcheck.probe.child.guard import adopt
from gradcheck.probe.job.family import end_children
from gradcheck.probe.job.installed import problem
from gradcheck.probe.job.scratch import remove

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
    adopt()
    with tied(channel), suppress(Exception):  # the child meets it again, and can say it
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
            status = os.waitpid(child, 0)[1]
            end_children()
            channel.sendall(f"{status}\n".encode())
        except OSError:
            os._exit(0)


@contextmanager
def tied(channel: socket.socket) -> Iterator[None]:
    """Meanwhile, end with the parent, and take the folder along of a run that it has ordered."""
    read, write = os.pipe()
    watch = threading.Thread(target=_end_with_the_parent, args=(channel, read), daemon=True)
    watch.start()
    try:
        yield
    finally:
        os.close(write)
        watch.join()  # a fork takes no thread along
        os.close(read)


def _end_with_the_parent(channel: socket.socket, over: int) -> None:
    poll = select.poll()
    poll.register(channel, 0)  # that the other end is gone is told unasked
    poll.register(over, 0)
    if any(handle == over for handle, _ in poll.poll()):
        return
    with suppress(OSError, ValueError, KeyError):
        order = channel.recv(MOST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        remove(Path(json.loads(order)["folder"]))
    os._exit(0)


def _import(keras: str | None) -> None:
    if problem(keras, None) is None:
        from gradcheck.probe.child import program

        with _settings_of_keras_taken_away():
            program.load_tensorflow()


_taken: dict[Path, bytes] = {}
"""Settings that importing Keras wrote where there were none."""


@contextmanager
def _settings_of_keras_taken_away() -> Iterator[None]:
    """No import of ours leaves a file behind; what it wrote is for the shadows of the programs."""
    home = os.environ.get("KERAS_HOME")
    folders = [Path(home)] if home else [Path("~/.keras").expanduser(), Path("/tmp/.keras")]
    new = [one for one in folders if not os.path.lexists(one / "keras.json")]
    made = [one for one in new if not os.path.lexists(one)]
    yield
    for folder in new:
        with suppress(OSError):
            _taken[folder / "keras.json"] = (folder / "keras.json").read_bytes()
            (folder / "keras.json").unlink()
    for folder in made:
        with suppress(OSError):
            folder.rmdir()


def put_back() -> None:
    """Give a program what it would have found written by its own import of Keras, where it may write: without
    its folder, Keras loads data to another one."""
    for path, data in _taken.items():
        with suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            with open(path, "xb") as file:
                file.write(data)


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
