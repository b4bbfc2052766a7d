"""Run by a test: repairs a file in a process that is killed at a random moment, again and again.

Arguments: the file, how often the whole command is killed, how often its last step, which writes the file,
and the seed. Prints how often the file was seen unrepaired and repaired, and what is there in the end.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gradcheck.fix.apply.trial
import gradcheck.fix.fixes.evaluate_in_property  # noqa: F401  # so that no time goes into loading
from gradcheck.cli.commands import main
from gradcheck.fix.apply.files import write
from gradcheck.fix.apply.fixpoint import FixedFile
from gradcheck.lint import lint_text  # noqa: F401
from gradcheck.source.discover import SourceFile, read

path, dice = Path(sys.argv[1]), random.Random(int(sys.argv[4]))
before = path.read_bytes()
source = read(path.name)
assert isinstance(source, SourceFile)


def command() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    main(["check", path.name, "--fix", "--no-cache"])


def last_step() -> None:
    write(FixedFile(source, after.decode()))
    os._exit(0)


def timed(repair: Callable[[], None]) -> float:
    path.write_bytes(before)
    start = time.monotonic()
    child = os.fork() or repair()
    os.waitpid(child, 0)
    return time.monotonic() - start


def killed(repair: Callable[[], None], earliest: float, latest: float) -> None:
    path.write_bytes(before)
    child = os.fork() or repair()
    time.sleep(dice.uniform(earliest, latest))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    seen[path.read_bytes()] += 1


whole, after = timed(command), path.read_bytes()
assert after != before
seen = {before: 0, after: 0}
for _ in range(int(sys.argv[2])):
    killed(command, 0.3 * whole, 1.1 * whole)
step = timed(last_step)
for _ in range(int(sys.argv[3])):
    killed(last_step, 0.0, 1.2 * step)
timed(last_step)
print(seen[before], seen[after], sorted(os.listdir()))
