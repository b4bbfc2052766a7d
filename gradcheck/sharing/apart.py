"""Calls a function in a Python process of its own, so that what dies there is that process alone.

On a cluster a worker runs tasks for others, too, in threads: there a file cannot be given up after some time,
and one that ends its process would take the worker with it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from gradcheck.base.itself import started
from gradcheck.base.signals import end_orderly
from gradcheck.sharing.shares import LostError

Result = TypeVar("Result")

_GRACE = 3.0
"""Seconds in which a process may end what it has started itself."""


class Crew:
    """The processes that work for one command on one machine, so that they can be ended together."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._working: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def apart(self, function: Callable[[Any], Result], argument: Any, folder: str) -> Result:
        """What a function returns, called in a folder. Raises LostError when its process died, or when the
        crew was ended."""
        process = self._begun(folder)
        try:
            answer, _ = process.communicate(pickle.dumps((function, argument)))
        finally:
            self._working.discard(process)
        if process.returncode:
            raise LostError(f"the process that worked on it ended with {process.returncode}")
        result: Result = pickle.loads(answer)
        return result

    def end(self) -> None:
        """End all that is working, and let nothing begin any more."""
        with self._changing:
            self._ended = True
            working = list(self._working)
        for process in working:
            process.terminate()
            killing = threading.Timer(_GRACE, process.kill)
            killing.daemon = True
            killing.start()

    def _begun(self, folder: str) -> subprocess.Popen[bytes]:
        with self._changing:
            if self._ended:
                raise LostError("its command was ended")
            process = subprocess.Popen(
                started("gradcheck.sharing.apart", folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # However this process came by its modules, that one shall find them, too.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            self._working.add(process)
            return process


def apart(function: Callable[[Any], Result], argument: Any, folder: str) -> Result:
    """What a function returns, called in a folder. Raises LostError when its process died."""
    return Crew().apart(function, argument, folder)


def main() -> None:
    """Read a function and its argument from standard input, and write what it returns."""
    end_orderly()
    os.chdir(sys.argv[1])
    out = os.dup(1)
    os.dup2(2, 1)  # whatever is printed on the way is no part of the answer
    function, argument = pickle.loads(sys.stdin.buffer.read())
    answer = pickle.dumps(function(argument))
    with open(out, "wb") as file:
        file.write(answer)
