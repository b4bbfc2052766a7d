"""Every command and every block of Python in the README and the pages is run, in a folder that has what they
speak of."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from main_job import warm_python
from repositories import committed, git

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "rules" not in path.parts),
]
BLOCK = re.compile(r"^```(?P<kind>console|python)\n(?P<body>.*?)^```$", re.S | re.M)
ELSEWHERE = {"in-python.md"}
"""Pages that a test of their own runs from top to bottom."""
PROGRAM = """\
import sys

import numpy as np
import tensorflow as tf

words = sys.argv[1:]
if set(words) - {"--epochs", "1", "--data", "small.csv"}:
    sys.exit(f"unknown arguments: {words}")
x = np.ones((8, 4), "float32")


class Scale(tf.keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(4,), initializer="ones")
        self.factor = tf.exp(self.w)
        super().build(shape)

    def call(self, inputs):
        return inputs * self.factor


def make_model(inputs=4, outputs=3):
    model = tf.keras.Sequential([tf.keras.Input([inputs]), Scale(), tf.keras.layers.Dense(outputs)])
    model.compile("sgd", "mse")
    return model


if __name__ == "__main__":
    make_model().fit(x, x[:, :3], verbose=0)
"""
SETTINGS = """\
[tool.gradcheck]
rules = ["tools/clipped_weight.py"]

[tool.gradcheck.probe]
python = "{python}"
"""
NOT_OURS = ("pip ", "pre-commit ", "pytest", "tensorboard ", "python tests/", "sphinx-build ")
"""Commands of other tools, which their own tests or nobody runs."""
NOT_HERE = ("HOST:PORT", "keras.applications")
"""A cluster and dozens of large models: tests of their own have small ones."""


def commands():
    """What stands in the console blocks; a block that shows an answer is compared with it elsewhere."""
    for page in (one for one in PAGES if one.name not in ELSEWHERE):
        for block in BLOCK.finditer(page.read_text()):
            if block["kind"] == "python" or block["body"].startswith("$ "):
                continue
            for line in block["body"].splitlines():
                words = line.partition("  #")[0].strip()
                if words and not words.startswith(NOT_OURS) and not any(one in words for one in NOT_HERE):
                    yield pytest.param(words, id=f"{page.name}: {words}")


COMMANDS = list({param.values[0]: param for param in commands()}.values())


def runs_a_program(command):
    first = command.split()[1]
    return first == "probe" or ".py" in first


@pytest.fixture(scope="session")
def python():
    """A Python whose TensorFlow is loaded."""
    with warm_python("3") as path:
        yield path


@pytest.fixture
def stage(tmp_path):
    """A project in which every command of the pages has something to do."""
    for name in ("train.py", "model.py", "src/model.py", "tests/test_model.py", "my_package/models.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PROGRAM)
    (tmp_path / "small.csv").write_text("1,2\n")
    (tmp_path / "tools").mkdir()
    page = (ROOT / "docs" / "project-rules.md").read_text()
    rule = re.search(r"^````python\n(.*?)^````$", page, re.S | re.M)[1]
    (tmp_path / "tools" / "clipped_weight.py").write_text(rule)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")  # of which the README speaks
    committed(tmp_path, "src")
    git("branch", "origin/main", at=tmp_path)
    return tmp_path


def told(stage, command, **environment):
    """What a command prints, once it has done its job."""
    words = shlex.split(command)
    if words[0] == "eval":
        words = ["bash", "-c", f"{command}; complete -p gradcheck"]
    kept = {name: value for name, value in os.environ.items() if name != "TF_USE_LEGACY_KERAS"}
    kept |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(stage)}
    done = subprocess.run(
        [word for word in words if word != "--watch"],  # which has no end
        cwd=stage,
        env=kept | environment,
        input=PROGRAM,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def settings(stage, python):
    (stage / "pyproject.toml").write_text(SETTINGS.format(python=python))
    subprocess.run(
        [sys.executable, "-m", "gradcheck", "trust"],
        cwd=stage,
        env={**os.environ, "HOME": str(stage)},
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize("command", [one for one in COMMANDS if not runs_a_program(one.values[0])])
def test_a_command_that_only_reads(stage, command):
    settings(stage, sys.executable)
    if "--baseline" in command or "prune" in command:
        told(stage, "gradcheck baseline write src/")
    assert told(stage, command) or "prune" in command or "trust" in command or "baseline" in command


@pytest.mark.tf
@pytest.mark.parametrize("command", [one for one in COMMANDS if runs_a_program(one.values[0])])
def test_a_command_that_runs_a_program(stage, command, python):
    settings(stage, python if "--keras both" not in command else sys.executable)
    said = told(stage, command)
    assert ("+++ b/" if "--diff" in command else "GC101") in said


def python_blocks(page):
    return [found["body"] for found in BLOCK.finditer(page.read_text()) if found["kind"] == "python"]


def test_every_page_with_python_has_a_test():
    tested = {"README.md", "guide.md", "contributing.md", "project-rules.md", *ELSEWHERE}
    assert {page.name for page in PAGES if python_blocks(page)} <= tested


@pytest.mark.tf
def test_the_python_of_the_readme(stage):
    (block,) = python_blocks(ROOT / "README.md")
    lines = [line for line in block.splitlines() if not line.startswith("%")]
    asserts = next(number for number, line in enumerate(lines) if "assert_gradients" in line)
    lines[asserts : asserts + 1] = [
        "try:",
        f"    {lines[asserts]}",
        "except gradcheck.GradientError as error:",
        "    assert 'model.py' in str(error)",
        "else:",
        "    raise AssertionError",
    ]
    head = "import warnings\nimport gradcheck\nfrom model import make_model, x\n"
    head += "warnings.simplefilter('ignore')\nmodel, y = make_model(), x[:, :3]\n"
    (stage / "readme.py").write_text(head + "\n".join(lines) + "\nassert not report.ok\n")
    told(stage, f"{sys.executable} readme.py", TF_USE_LEGACY_KERAS="0")


def test_the_comments_of_the_guide_silence(stage):
    (block,) = python_blocks(ROOT / "docs" / "guide.md")
    comments = re.findall(r"  (# gradcheck: ignore.*)", block)
    assert len(comments) == 2
    at = {"        self.factor = tf.exp(self.w)": comments[0], "    def build(self, shape):": comments[1]}
    for line, comment in at.items():
        (stage / "model.py").write_text(PROGRAM.replace(line, f"{line}  {comment}"))
        assert told(stage, "gradcheck check model.py").startswith("no findings")


def test_the_table_of_the_contributors_page_is_ours():
    (block,) = python_blocks(ROOT / "docs" / "contributing.md")
    said: dict[str, object] = {}
    exec(block, said)
    from gradcheck.facts.effects import einops

    for table in ("EFFECTS", "EXAMPLES"):
        assert said[table].items() <= getattr(einops, table).items()
