"""The pytest plugin, driven as users do: pytest in a process of its own, in a project of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

MODEL = Path(__file__).with_name("starving.py")
SETTINGS = "[tool.pytest.ini_options]\naddopts = '-p gradcheck.plugins.pytest_plugin'\n"
TESTS = """
import numpy as np
import pytest
import tensorflow as tf

from starving import Captured

x = np.ones((4, 4), "float32")


def made(*inner):
    model = tf.keras.Sequential([tf.keras.layers.Input((4,)), *inner, tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_asserted(assert_gradients):
    assert_gradients(made(Captured()), x, x[:, :1])


def test_watched(watch_gradients):
    made(Captured()).fit(x, x[:, :1], verbose=0)


def test_good(assert_gradients, watch_gradients):
    model = made()
    assert_gradients(model, x, x[:, :1])
    model.fit(x, x[:, :1], verbose=0)
    assert not watch_gradients.report.findings
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "starving.py").write_text(MODEL.read_text())
    (tmp_path / "factory.py").write_text(
        "import tensorflow as tf\nfrom starving import Rounded\n\n\n"
        "def net():\n"
        "    return tf.keras.Sequential([tf.keras.layers.Input((4,)), Rounded(), tf.keras.layers.Dense(1)])\n"
    )
    (tmp_path / "unrelated.py").write_text("x = 1\n")
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_one.py").write_text("def test_one():\n    pass\n")
    return tmp_path


def run(folder, *arguments):
    # Without other plugins, so that it is the same whether this one is installed or only on the path.
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(folder),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "COLUMNS": "100",
    }
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_every_source_of_the_project_is_a_test(project):
    said = run(project, "--gradcheck", "-v", "tests")
    assert "starving.py::gradcheck FAILED" in said
    assert "factory.py::gradcheck PASSED" in said
    assert "unrelated.py" not in said
    assert "starving.py:10:22: error GC101 self.lost gets no gradient" in " ".join(said.split())
    assert "2 failed" not in said and "1 failed, 2 passed" in said


def test_a_file_that_cannot_be_read_is_a_test_that_fails(tmp_path):
    """Also where all that it says of the framework is an import: nobody knows what else it would say."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "broken.py").write_text("import keras\n(")
    (tmp_path / "latin.py").write_bytes(b"import keras\nx = '\xe9'\n")
    (tmp_path / "no_keras.py").write_text("(")
    cells = [{"cell_type": "code", "source": text} for text in ("import keras", "(")]
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "link.py").symlink_to("nowhere")
    said = run(tmp_path, "--gradcheck")
    failed = re.findall(r"^FAILED (\S+)::gradcheck", said, re.MULTILINE)
    assert sorted(failed) == ["book.ipynb", "broken.py", "latin.py", "link.py"]


def test_without_the_flag_nothing_is_checked(project):
    assert "1 passed" in run(project)


def test_a_setting_that_is_wrong_is_said_once(project):
    (project / "pyproject.toml").write_text(SETTINGS + "[tool.gradcheck]\nkerass = '3'\n")
    said = run(project, "--gradcheck")
    assert "kerass" in said and "Traceback" not in said and "INTERNALERROR" not in said


def test_a_name_that_is_wrong_is_a_failure_that_says_so(project):
    said = run(project, "--gradcheck-model", "nowhere.py:net")
    assert "\ngradcheck: no such file: nowhere.py\n" in said and "1 failed, 1 passed" in said
    assert "Traceback" not in said and "UsageError" not in said


@pytest.mark.parametrize(
    "name, why",
    [
        ("", "an empty name is no target: name a program, or a folder to check"),
        ("tests", "tests: a folder is checked, not probed: name the file that trains"),
    ],
)
def test_a_model_that_is_not_probed_does_not_pass(project, name, why):
    said = run(project, f"--gradcheck-model={name}")
    assert f"\ngradcheck: {why}\n" in said and "1 failed, 1 passed" in said


def test_pytest_finds_the_plugin_by_itself():
    settings = Path(__file__).parents[2].joinpath("pyproject.toml").read_text()
    assert '[project.entry-points.pytest11]\ngradcheck = "gradcheck.plugins.pytest_plugin"' in settings


@pytest.mark.tf
def test_failures_show_the_frame_and_no_frames_of_ours(project):
    (project / "tests" / "test_gradients.py").write_text(TESTS)
    said = run(project, "tests/test_gradients.py")
    # What is watched fails after the test, when all that it does has been seen.
    assert "1 failed, 2 passed" in said and "1 error" in said
    assert "E       gradcheck.GradientError: 1 of 4 variables gets no usable gradient" in said
    assert "self.scale = tf.exp(self.lost)" in said
    assert "inprocess/model.py" not in said


@pytest.mark.tf
def test_a_model_is_probed_by_its_name(project):
    said = run(project, "--gradcheck-model", "factory:net", "-v", "tests")
    assert "gradcheck factory:net FAILED" in said
    assert re.search(r"starving\.py:23:25: error GC301\s+[\w./]*steps gets no gradient", said)
