"""Loads TensorFlow once, then forks for every launcher that asks; the fork runs the launcher's script."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import traceback
from typing import NoReturn


def serve(path: str) -> None:
    """Answer launchers until killed."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen(16)
        print("ready", flush=True)
        while True:
            line, _ = door.accept()
            if not os.fork():
                door.close()
                _attend(line)
            line.close()
            _reap()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _attend(line: socket.socket) -> None:
    """Run what is asked for in a fork, and tell how that ended; a launcher that is gone ends it."""
    length, files, _, _ = socket.recv_fds(line, 4, 4)
    wanted, text = int.from_bytes(length, "big"), b""
    while len(text) < wanted:
        text += line.recv(65_536)
    program = os.fork()
    if not program:
        line.close()
        _become(json.loads(text), files)
    for file in files:
        os.close(file)
    line.sendall(str(_ended(program, line)).encode())
    os._exit(0)


def _ended(program: int, line: socket.socket) -> int:
    handle = os.pidfd_open(program)
    ready, _, _ = select.select([handle, line], [], [])
    if handle not in ready:
        os.killpg(program, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])


def _become(asked: dict, files: list[int]) -> NoReturn:
    """Be the process that the launcher was started as."""
    os.setsid()
    # Out of the way first: a file may have come in under the number that another one is to have.
    moved = [fcntl.fcntl(file, fcntl.F_DUPFD, 200) for file in files]
    places = (0, 1, 2) if len(files) == 3 else (0, 1, 2, int(asked["argv"][-1]))
    for file, place in zip(moved, places, strict=True):
        os.dup2(file, place)
        os.close(file)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = asked["argv"]
    sys.path[0] = os.path.dirname(sys.argv[0])
    _leave(_run(sys.argv[0]))


def _run(script: str) -> int:
    """Run a script to its end; the exit code that Python would end with."""
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _leave(code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    import tensorflow as tf
    import tensorflow_probability as tfp

    _ = tf.keras.layers.Dense, tfp.distributions.Normal
    gc.freeze()
    serve(sys.argv[1])
