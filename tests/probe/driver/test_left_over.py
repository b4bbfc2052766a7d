"""Programs that break before they train: what their later lines define and build is looked at."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from gradcheck.probe.job.left_over import definitions
from gradcheck.probe.job.load import parse


@pytest.fixture
def left_over(tmp_path, monkeypatch):
    """What a program that came as far as `ran` goes on to give names to."""

    def complete(text: str, ran: str = "", name: str = "program.py") -> dict[str, object]:
        path = tmp_path / name
        path.write_text(text)
        module = types.ModuleType("__main__")
        module.__file__ = str(path)
        exec(ran, module.__dict__)
        monkeypatch.setitem(sys.modules, "__main__", module)
        known = {*vars(module), "__annotations__"}
        assert definitions(parse(str(path))) is module
        return {name: value for name, value in vars(module).items() if name not in known}

    return complete


def test_definitions_settings_and_what_they_make(left_over):
    text = """
import argparse
rows = missing.read()
parser = argparse.ArgumentParser()
parser.add_argument("--units", type=int, default=16)
args = parser.parse_args([])
width: int = args.units * 2
class Net:
    units = args.units
def build_net():
    return Net()
net = build_net()
"""
    found = left_over(text, ran="import argparse")
    assert sorted(found) == ["Net", "args", "build_net", "net", "parser", "width"]
    assert (found["width"], found["net"].units) == (32, 16)


def test_the_block_that_runs_as_a_program(left_over):
    text = """
class Net:
    pass
if __name__ == "__main__":
    import collections
    sizes = collections.OrderedDict(a=1)
    net = Net()
if sizes:
    never = 1
"""
    assert sorted(left_over(text)) == ["Net", "collections", "net", "sizes"]


@pytest.mark.parametrize(
    "line",
    [
        "rows = net.fit(1)",
        "rows = net.load_weights('w')",
        "text = open('out.txt', 'w')",
        "code = subprocess.call(['true'])",
        "for step in range(3): total = step",
        "net.train()",
        "net.fit(1)",
        "del net",
        "early = 2",
        "broken = 1 / 0",
        "ended = exit_now()",
    ],
)
def test_nothing_is_done(left_over, line):
    ran = "import subprocess\nnet = type('Net', (), {'fit': print, 'train': print})()\nearly = 1\n"
    text = f"def exit_now():\n    raise SystemExit(3)\n{line}\n"
    assert sorted(left_over(text, ran)) == ["exit_now"]


def test_a_file_that_is_no_python_defines_nothing(tmp_path, monkeypatch):
    path = tmp_path / "program.py"
    path.write_text("class :")
    module = types.ModuleType("__main__")
    module.__file__ = str(path)
    monkeypatch.setitem(sys.modules, "__main__", module)
    assert definitions(parse(str(path))) is None


GATE = """
import tensorflow as tf


class Gate(tf.keras.layers.Layer):
    def build(self, shape):
        self.gate = self.add_weight(name="gate", shape=shape[-1:])
        self.open = tf.sigmoid(self.gate)

    def call(self, x):
        return x * self.open
"""
MODEL = """
model = tf.keras.Sequential([tf.keras.Input([12]), tf.keras.layers.Dense(units), Gate()])
model.compile("adam", "mse")
"""
BROKEN = {
    "a file that is missing": 'rows = open("rows.csv")\nunits = 4\n'
    + GATE
    + MODEL
    + "model.fit(rows, rows)\n",
    "a package that is missing": "import not_a_package\nunits = not_a_package.units\n"
    + GATE
    + 'if __name__ == "__main__":\n    units = 4'
    + MODEL.replace("\n", "\n    "),
}


def found(path: Path) -> list[tuple[str, int, str, str]]:
    """Where the main job's findings are, by which rule, and whether the run confirmed them."""
    command = [sys.executable, "-m", "gradcheck", path.name, "--format", "json"]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    said = json.loads(done.stdout)["findings"]
    return [(_place(one), one["line"], one["rule"], one["evidence"]) for one in said]


def _place(finding: dict[str, Any]) -> str:
    return finding["path"] + (f"#cell{finding['cell']}" if finding.get("cell") else "")


def line(text: str) -> int:
    """The line that captures the weight."""
    return text[: text.index("self.open")].count("\n") + 1


@pytest.mark.tf
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_the_model_is_probed(tmp_path, text):
    (tmp_path / "program.py").write_text(text)
    assert found(tmp_path / "program.py") == [("program.py", line(text), "GC101", "confirmed")]


@pytest.mark.tf
def test_the_cells_behind_the_one_that_broke(tmp_path):
    cells = ['rows = open("rows.csv")', "units = 4", GATE, MODEL, "model.fit(rows, rows)"]
    made = [{"cell_type": "code", "source": one, "metadata": {}, "outputs": []} for one in cells]
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": made, "nbformat": 4, "metadata": {}}))
    assert found(tmp_path / "book.ipynb") == [("book.ipynb#cell3", line(GATE), "GC101", "confirmed")]
