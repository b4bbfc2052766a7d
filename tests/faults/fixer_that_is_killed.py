"""Run by a test: repairs a file in a process that is killed at a random moment, again and again.

Arguments: the file, how often, the seed. Prints how often the file was seen unrepaired and repaired.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import gradcheck.fix.apply.trial
import gradcheck.fix.fixes.evaluate_in_property  # noqa: F401  # so that no time goes into loading
from gradcheck.cli.commands import main
from gradcheck.lint import lint_text  # noqa: F401

path, count, dice = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
before = path.read_bytes()


def repair() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    main(["check", path.name, "--fix", "--no-cache"])


def timed() -> float:
    start = time.monotonic()
    child = os.fork() or repair()
    os.waitpid(child, 0)
    return time.monotonic() - start


whole, after = timed(), path.read_bytes()
assert after != before
seen = {before: 0, after: 0}
for _ in range(count):
    path.write_bytes(before)
    child = os.fork() or repair()
    time.sleep(dice.uniform(0.3, 1.1) * whole)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    seen[path.read_bytes()] += 1
path.write_bytes(before)
timed()
print(seen[before], seen[after], sorted(os.listdir()))
