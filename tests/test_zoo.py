"""`gradcheck probe --all`: which functions of a package make models, and the table of those models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradcheck.cli.commands import main
from gradcheck.source.factories import Factory, factories

PACKAGE = {
    "__init__.py": "from .nets import small, wide\nfrom .nets import small as s\n",
    "nets.py": """
import tensorflow as tf


def small(units=3, weights="imagenet"):
    return _build(units)


def wide(*, units=2000):
    return tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(units)])


def with_size(units):
    return _build(units)


def preprocess(x=None):
    return x


def _build(units):
    inputs = tf.keras.Input((4,))
    hidden = tf.keras.layers.Dense(units, name="hidden")(inputs)
    return tf.keras.Model(inputs, tf.keras.layers.Dense(2, name="out")(tf.round(hidden)))
""",
    "broken.py": "def (",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoo").mkdir()
    for name, text in PACKAGE.items():
        (tmp_path / "zoo" / name).write_text(text)
    return tmp_path


def test_factories_need_no_argument_and_make_a_model(package: Path) -> None:
    nets = (Factory("zoo.nets", "small", True), Factory("zoo.nets", "wide", False))
    assert factories("zoo") == factories("zoo.nets") == nets


@pytest.mark.parametrize("deep", ["-" * 20_000 + "1", "(" * 20_000, "a" + ".b" * 100_000])
def test_a_module_that_cannot_be_parsed_costs_only_itself(package: Path, deep: str) -> None:
    before = factories("zoo")
    (package / "zoo" / "deep.py").write_text(f"x = {deep}\n")
    assert factories("zoo") == before
    assert factories("zoo.deep") == ()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "--all needs a package"),
        (["no_such_package"], "no package 'no_such_package' here"),
        (["zoo.broken"], "no public function without arguments makes a model there"),
    ],
)
def test_nothing_to_probe_is_said(package: Path, arguments: list[str], why: str) -> None:
    done = CliRunner().invoke(main, ["probe", "--all", *arguments])
    assert done.exit_code == 2
    assert why in done.output


@pytest.mark.tf
def test_every_model_is_a_row(package: Path) -> None:
    done = CliRunner().invoke(main, ["probe", "--all", "zoo", "--keras", "2", "--largest", "5000"])
    assert done.exit_code == 1, done.output
    head, small, wide, finding = done.stdout.splitlines()[:4]
    assert head.split() == ["model", "Keras", "parameters", "seconds", "memory", "gradients", "cuts"]
    assert re.fullmatch(r"small +2 +23 +[\d.]+ +[\d,]+ MB  2 none, 2 ok  \S*nets\.py:24", small)
    assert re.fullmatch(r"wide +2 +10,000 +[\d.]+ +[\d,]+ MB  2 unknown \(shapes only\)", wide)
    assert "nets.py:24" in finding and "GC301" in finding
