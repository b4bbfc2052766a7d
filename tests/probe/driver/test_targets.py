"""Everything a user can name: scripts with arguments, packages, notebooks, objects, factories, calls."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from driver.hostile import HEAD
from gradcheck.probe.driver.run import run
from gradcheck.probe.job.job import Job
from gradcheck.report.verdict import Probe

pytestmark = pytest.mark.tf

MODULE = """\
import tensorflow as tf

class Scale(tf.keras.layers.Layer):
    def __init__(self, width, start, **kwargs):
        super().__init__(**kwargs)
        self.width, self.start = width, start
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(self.width,), initializer="ones")
    def call(self, x):
        return x * self.gain + self.start

def make_model(width, start):
    inputs = tf.keras.Input((width,))
    return tf.keras.Model(inputs, Scale(width, start, name="scale")(inputs))

net = make_model(3, 1.0)
"""


def _script(folder: Path) -> Job:
    (folder / "steps.txt").write_text("2")
    body = "if sys.argv[1:] == ['--fast', 'x']: train(int(open('steps.txt').read()))\n"
    (folder / "train.py").write_text(HEAD + body)
    return Job("train.py", argv=("--fast", "x"))


def _package(folder: Path) -> Job:
    package = folder / "project"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "parts.py").write_text(HEAD)
    (package / "train.py").write_text("from .parts import train\nif __name__ == '__main__': train()\n")
    return Job("project.train")


def _file_of_a_package(folder: Path) -> Job:
    return replace(_package(folder), target="project/train.py")


def _main_of_a_package(folder: Path) -> Job:
    _package(folder)
    (folder / "project" / "__main__.py").write_text("from project.parts import train\ntrain()\n")
    return Job("project")


def _notebook(folder: Path) -> Job:
    cells = [HEAD, "%matplotlib inline\n", "train()"]
    book = {"cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]}
    (folder / "book.ipynb").write_text(json.dumps(book))
    return Job("book.ipynb")


def _module(folder: Path, target: str, **options: object) -> Job:
    (folder / "model.py").write_text(MODULE)
    return replace(Job(target), **options)  # type: ignore[arg-type]


TARGETS: dict[str, tuple[Callable[[Path], Job], str, str]] = {
    "script with arguments and data": (_script, "tape", "w"),
    "module of a package": (_package, "tape", "w"),
    "file of a package": (_file_of_a_package, "tape", "w"),
    "package": (_main_of_a_package, "tape", "w"),
    "notebook": (_notebook, "tape", "w"),
    "module object": (lambda folder: _module(folder, "model.py"), "model", "gain"),
    "named object": (lambda folder: _module(folder, "model.py:net"), "model", "gain"),
    "named factory": (lambda folder: _module(folder, "model.py:make_model"), "model", "gain"),
    "named object of a module": (lambda folder: _module(folder, "model:net"), "model", "gain"),
    "named class": (
        lambda folder: _module(folder, "model.py:Scale", inputs=("16,8",)),
        "layer",
        "gain",
    ),
    "call and input": (
        lambda folder: _module(folder, "model.py", call="Scale(5, 0.0)", inputs=("16,5",)),
        "layer",
        "gain",
    ),
}


@pytest.fixture(scope="module")
def probes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Future[Probe]]:
    pool = ThreadPoolExecutor(2)
    found = {
        name: pool.submit(_probe, tmp_path_factory.mktemp("target"), job)
        for name, (job, *_) in TARGETS.items()
    }
    pool.shutdown(wait=False)
    return found


def _probe(folder: Path, make: Callable[[Path], Job]) -> Probe:
    """Relative targets are read from the current folder: a process of its own for each."""
    import pickle
    import subprocess

    job = replace(make(folder), keras="3")
    code = (
        "import pickle, sys; from gradcheck.probe.driver.run import run; "
        "sys.stdout.buffer.write(pickle.dumps(run(pickle.load(sys.stdin.buffer))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(job), capture_output=True, cwd=folder, check=True
    )
    probe: Probe = pickle.loads(done.stdout)
    return probe


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_is_run_and_its_variable_seen(probes: dict[str, Future[Probe]], name: str) -> None:
    _, kind, variable = TARGETS[name]
    probe = probes[name].result()
    assert (probe.status, probe.reason) == ("ok", None), probe
    assert probe.kind == kind
    [verdict] = probe.verdicts
    assert verdict.variable.path.split("/")[-1].split(":")[0] == variable
    assert verdict.status.value == "ok"
    assert verdict.variable.birth is not None
    assert not verdict.variable.birth.path.startswith("/")


def test_an_interpreter_without_gradcheck_is_enough(tmp_path: Path) -> None:
    """It sees TensorFlow's packages, but neither this project nor what it needs."""
    python = tmp_path / "python"
    hidden = "import sys\nsys.modules['click'] = sys.modules['libcst'] = None\n"
    (tmp_path / "sitecustomize.py").write_text(hidden)
    python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (tmp_path / "train.py").write_text(HEAD + "train()\n")
    probe = run(Job(str(tmp_path / "train.py"), python=str(python), keras="3"))
    assert (probe.status, len(probe.verdicts)) == ("ok", 1), probe


def test_a_missing_tensorflow_is_said_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "train.py").touch()
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    python.chmod(0o755)
    probe = run(Job(str(tmp_path / "train.py"), python=str(python)))
    assert probe.status == "failed"
    assert f"{python} has no TensorFlow; install it there: " in (probe.reason or "")


@pytest.mark.parametrize("name, code", [("true", 0), ("false", 1)])
def test_what_is_no_interpreter_is_named(tmp_path: Path, name: str, code: int) -> None:
    python = shutil.which(name)
    (tmp_path / "train.py").write_text("import keras\n")
    probe = run(Job(str(tmp_path / "train.py"), python=python))
    said = f"the probe's process did not start: {python} ended with exit code {code} and no word"
    assert (probe.status, probe.reason) == ("failed", said)


def test_a_time_in_which_nothing_starts_is_said(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import keras\n")
    probe = run(Job(str(tmp_path / "train.py"), timeout=1e-6))
    said = "no gradient was seen within 1e-06 s; raise --timeout, or let the program load less"
    assert (probe.status, probe.reason) == ("failed", said)


def test_an_interpreter_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "train.py").touch()
    probe = run(Job(str(tmp_path / "train.py"), python="/no/such/python"))
    assert (probe.status, probe.reason) == (
        "failed",
        "cannot start /no/such/python: No such file or directory",
    )


def test_a_file_that_is_not_there_is_said() -> None:
    assert run(Job("missing.py")).reason == "no such file: missing.py"
