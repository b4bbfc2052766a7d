"""Runs the main job, `gradcheck PROGRAM`, over many programs in little time.

What takes long is loading TensorFlow. `--python` names a launcher here: it asks a process that has loaded
TensorFlow once for a fork of itself, and the fork does what the launcher was started for. Nothing else
differs from a user's run: the command, its parent process and the child's work are the real ones.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.measure import environment as chosen

HERE = Path(__file__).parent
TOGETHER = 2
"""Programs that run at the same time."""


def diagnose(programs: Sequence[Path], keras: str, *command: str) -> list[dict[str, Any]]:
    """The report on each program under one Keras, as `--format json` writes it; `command` may be "probe"."""
    with (
        warm_python(keras) as python,
        ThreadPoolExecutor(TOGETHER) as pool,
    ):
        return list(pool.map(lambda program: _report(program, keras, python, command), programs))


@contextmanager
def warm_python(keras: str) -> Iterator[Path]:
    """The path of a Python whose TensorFlow is loaded."""
    with TemporaryDirectory(prefix="main-job-") as folder:
        yield from _served(Path(folder), keras)


def _served(folder: Path, keras: str) -> Iterator[Path]:
    socket, launcher = folder / "socket", folder / "python"
    text = (HERE / "launcher.py").read_text(encoding="utf-8")
    # Isolated and without site-packages: that start takes a hundredth of a second.
    launcher.write_text(f"#!{sys.executable} -IS\n{text}", encoding="utf-8")
    launcher.chmod(0o755)
    command = [sys.executable, "-B", str(HERE / "server.py"), str(socket)]
    server = subprocess.Popen(command, env=environment(keras), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        assert server.stdout.readline() == "ready\n", "the process that loads TensorFlow ended"
        yield launcher
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def environment(keras: str) -> dict[str, str]:
    """What the probe's own child process is given."""
    return {"PYTHONHASHSEED": "0", **chosen(keras)}


def _report(program: Path, keras: str, python: Path, words: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "gradcheck", *words, program.name, "--keras", keras]
    command += ["--python", str(python)]
    kept = {name: value for name, value in os.environ.items() if name != "TF_USE_LEGACY_KERAS"}
    done = subprocess.run(
        [*command, "--format", "json"], cwd=program.parent, env=kept, capture_output=True, text=True
    )
    assert done.returncode in (0, 1, 2), done.stderr
    assert "the look for causes failed" not in done.stdout
    return json.loads(done.stdout)
