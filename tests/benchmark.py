"""Times `gradcheck check` against other linters, in turn, on the same files, as whole processes.

    python tests/benchmark.py [--rounds N] PATH...

Each round runs every program once, so that a machine whose speed drifts is slow or fast for all of them.
Printed is each one's median CPU time (user and system, with child processes) and its ratio to gradcheck's.
Programs that are not installed are left out. Compile the package first (`python -m compileall gradcheck`), as
an installed program is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys

PROGRAMS = {
    "gradcheck": [sys.executable, "-m", "gradcheck", "check", "--no-cache"],
    "ast.parse": [sys.executable, "-c", "import ast, sys; [ast.parse(open(p).read()) for p in sys.argv[1:]]"],
    "ruff": ["ruff", "check", "--no-cache", "--isolated"],
    "flake8": ["flake8", "--isolated", "-j1"],
    "pylint": ["pylint", "-j1", "--rcfile=/dev/null"],
    "fixit": ["fixit", "lint"],
    "torchfix": ["torchfix"],
}


def main() -> None:
    asked = _arguments()
    files = sorted(_files(asked.paths))
    present = {name: command for name, command in PROGRAMS.items() if shutil.which(command[0])}
    times: dict[str, list[float]] = {name: [] for name in present}
    for _ in range(asked.rounds):
        for name, command in present.items():
            times[name].append(_cpu([*command, *files]))
    ours = statistics.median(times["gradcheck"])
    print(f"{len(files)} files, {asked.rounds} rounds")
    for name, spent in times.items():
        median = statistics.median(spent)
        print(f"{name:12} {median:8.3f} s CPU   gradcheck takes {ours / median:6.2f} x as long")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _files(paths: list[str]) -> set[str]:
    found = {path for path in paths if path.endswith(".py")}
    for path in paths:
        for folder, _, names in os.walk(path):
            found.update(os.path.join(folder, name) for name in names if name.endswith(".py"))
    return found


def _cpu(command: list[str]) -> float:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
