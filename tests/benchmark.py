"""Times `gradcheck check` against other linters, in turn, on the same files, as whole processes.

    python tests/benchmark.py [--rounds N] PATH...

Each round runs every program once, so that a machine whose speed drifts is slow or fast for all of them.
Printed is each one's median CPU time (user and system, with child processes) and, as the median over the
rounds, how long gradcheck takes in proportion. `unchanged` is gradcheck over a tree that it has seen before;
`ast.parse` reads and parses the files that gradcheck does not pass over for want of a word about gradients.

Programs that are not found on the PATH are left out. TorchFix and Fixit must come from a virtual environment
other than flake8's: where TorchFix is installed, flake8 runs it as a plugin. Compile the package first
(`python -m compileall gradcheck`), as an installed program is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

from gradcheck.source.discover import SourceFile, discover
from gradcheck.source.parse import matters

PARSE = "import ast, sys; [ast.parse(open(path, encoding='utf-8').read()) for path in sys.argv[1:]]"
OURS = (sys.executable, "-m", "gradcheck", "check")
PROGRAMS = {
    "gradcheck": (*OURS, "--no-cache"),
    "unchanged": OURS,
    "ast.parse": (sys.executable, "-c", PARSE),
    "ruff": ("ruff", "check", "--no-cache", "--isolated"),
    "flake8": ("flake8", "--isolated", "-j1"),
    "pylint": ("pylint", "-j1", "--rcfile=/dev/null"),
    "fixit": ("fixit", "lint"),
    "torchfix": ("torchfix",),
}


def main() -> None:
    asked = _arguments()
    sources = [one for one in discover(map(os.path.abspath, asked.paths)) if isinstance(one, SourceFile)]
    files = {name: [one.path for one in sources] for name in PROGRAMS}
    files["ast.parse"] = [one.path for one in sources if matters(one.text)]
    present = [name for name, command in PROGRAMS.items() if shutil.which(command[0])]
    with tempfile.TemporaryDirectory() as folder:
        _cpu([*PROGRAMS["unchanged"], *files["unchanged"]], folder)
        rounds = [
            {name: _cpu([*PROGRAMS[name], *files[name]], folder) for name in present}
            for _ in range(asked.rounds)
        ]
    print(f"{len(sources)} files, {len(files['ast.parse'])} of them parsed, {asked.rounds} rounds")
    for name in present:
        spent = statistics.median(one[name] for one in rounds)
        ratio = statistics.median(one["gradcheck"] / one[name] for one in rounds)
        again = statistics.median(one["unchanged"] / one[name] for one in rounds)
        print(f"{name:10} {spent:8.3f} s CPU   gradcheck: {ratio:5.2f} x as long, unchanged: {again:5.2f} x")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _cpu(command: list[str], folder: str) -> float:
    """The CPU seconds of one run, in a folder of its own, where gradcheck keeps its cache."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=folder) as process:
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
