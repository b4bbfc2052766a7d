"""Calls a function in a Python process of its own, so that what dies there is that process alone.

On a cluster a worker runs tasks for others, too, in threads: there a file cannot be given up after some time,
and one that ends its process would take the worker with it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from gradcheck.sharing.shares import LostError

Result = TypeVar("Result")


def apart(function: Callable[[Any], Result], argument: Any, folder: str) -> Result:
    """What a function returns, called in a folder. Raises LostError when its process died."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, folder],
        input=pickle.dumps((function, argument)),
        stdout=subprocess.PIPE,
        # However this process came by its modules, that one shall find them, too.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    if done.returncode:
        raise LostError(f"the process that worked on it ended with {done.returncode}")
    result: Result = pickle.loads(done.stdout)
    return result


def main() -> None:
    """Read a function and its argument from standard input, and write what it returns."""
    os.chdir(sys.argv[1])
    out = os.dup(1)
    os.dup2(2, 1)  # whatever is printed on the way is no part of the answer
    function, argument = pickle.loads(sys.stdin.buffer.read())
    answer = pickle.dumps(function(argument))
    with open(out, "wb") as file:
        file.write(answer)


if __name__ == "__main__":
    main()
