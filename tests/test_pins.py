"""Projects that are pinned to Keras 2 are told of faults under Keras 3 once for each class, as warnings."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.config.options import Options
from gradcheck.lint import lint
from gradcheck.report.kinds import Severity

PROGRAM = """
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.gain = tf.Variable(1.0, name="gain")
        self.shift = tf.Variable(0.0, name="shift")

    def call(self, x):
        return x * self.gain + self.shift


class Hard(tf.keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        return x * tf.round(self.w)
"""


def found(folder: Path, name: str, text: str) -> list[tuple[str, Severity, int]]:
    package = folder / "package"
    package.mkdir()
    (folder / name).write_text(text)
    (package / "scale.py").write_text(PROGRAM)
    findings = lint([str(package / "scale.py")], Options()).findings
    return [(one.rule, one.severity, one.location.line) for one in findings]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "numpy\ntensorflow==2.11.0\n"),
        ("requirements-dev.txt", "tensorflow-gpu<=2.15\n"),
        ("pyproject.toml", '[project]\ndependencies = ["tensorflow~=2.9.1", "numpy"]\n'),
        ("setup.py", 'setup(install_requires=["keras<3", "tensorflow>=2.9"])\n'),
        ("environment.yml", "dependencies:\n  - tf-keras\n"),
        ("environment.yml", "dependencies:\n  - tensorflow=2.11\n"),
        ("requirements.txt", "tensorflow>=2.9,<2.16\n"),
        ("setup.py", 'setup(install_requires=["keras>=2.4, <3"])\n'),
        ("Pipfile", '[packages]\ntensorflow = "==2.11.*"\n'),
        ("requirements.txt", "tensorflow<2.0\n"),
    ],
)
def test_one_warning_for_a_class(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, name, text) == [
        ("GC601", Severity.WARNING, 8),
        ("GC301", Severity.ERROR, 20),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "tensorflow>=2.11\n"),
        ("requirements.txt", "# tensorflow==2.11\ntensorflow\n"),
        ("pyproject.toml", '[project]\ndependencies = ["keras>=3", "tensorflow"]\n'),
        ("requirements.txt", "keras-tuner==1.4\ntensorflow==2.18\n"),
        ("requirements.txt", "tensorflow~=2.9\n"),
        ("requirements.txt", "tensorflow>=2.9,<2.17\n"),
        ("requirements.txt", "tensorflow>=2.9  # not tensorflow==2.8\n"),
        ("requirements.txt", "tensorflow>=2.9,<3\nkeras>=2.4,<4\n"),
        ("requirements.txt", "tensorflow-probability<0.16\ntensorflow\n"),
    ],
)
def test_else_every_fault_is_told(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, name, text) == [
        ("GC601", Severity.ERROR, 8),
        ("GC601", Severity.ERROR, 9),
        ("GC301", Severity.ERROR, 20),
    ]
