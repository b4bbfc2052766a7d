"""What a program loads into a library's cache is there for the next run; what was there is as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradcheck.probe.child.shadow import FORCED
from gradcheck.probe.driver import downloads
from gradcheck.probe.driver.run import run
from gradcheck.probe.job.job import Job
from gradcheck.probe.job.scratch import SHADOW

PROGRAM = """\
import pathlib

import tensorflow as tf

datasets = pathlib.Path(tf.keras.utils.get_file("numbers.txt", f"file://{__file__}.data")).parent
(datasets / "old.txt").write_text("written over")
(datasets.parent / "keras.json").write_text("{}")
pathlib.Path("result.txt").write_text("of a barely trained model")
w = tf.Variable([1.0])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(w * w)
tape.gradient(loss, w)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    (tmp_path / "keras" / "datasets").mkdir(parents=True)
    (tmp_path / "keras" / "datasets" / "old.txt").write_text("as it was")
    (tmp_path / "program.py.data").write_text("1 2 3")
    (tmp_path / "program.py").write_text(PROGRAM)
    return tmp_path


@pytest.mark.tf
@pytest.mark.parametrize("way", ["overlay", "redirection"])
def test_what_was_loaded_is_kept(way: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORCED, way)
    probe = run(Job(str(folder / "program.py"), keras="3"))
    assert (probe.status, probe.reason) == ("ok", None)
    cache = folder / "keras" / "datasets"
    assert sorted(path.name for path in cache.rglob("*")) == ["numbers.txt", "old.txt"]
    assert (cache / "numbers.txt").read_text() == "1 2 3"
    assert (cache / "old.txt").read_text() == "as it was"
    assert not (folder / "result.txt").exists()
    assert f"what the program loaded was kept in {cache}" in probe.notes


def layer(scratch: Path, root: Path) -> Path:
    """A layer as a run leaves it over a folder."""
    upper = scratch / SHADOW / "0" / "upper"
    upper.mkdir(parents=True)
    (upper.parent / "place").write_bytes(os.fsencode(root))
    return upper


def test_nothing_in_a_cache_is_replaced(tmp_path: Path) -> None:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    (home / "datasets").mkdir(parents=True)
    (home / "datasets" / "old").write_text("as it was")
    upper = layer(scratch, tmp_path) / "home" / "datasets"
    (upper / "deep").mkdir(parents=True)
    for name in ("old", "new", "deep/new"):
        (upper / name).write_text("loaded")
    (upper / "link").symlink_to("deep/new")
    (upper.parent / "keras.json").write_text("{}")
    [note] = downloads.keep(scratch, {"KERAS_HOME": str(home)})
    assert note == f"what the program loaded was kept in {home / 'datasets'}"
    kept = {
        str(path.relative_to(home)): path.read_text() for path in sorted(home.rglob("*")) if path.is_file()
    }
    assert kept == {
        "datasets/old": "as it was",
        "datasets/new": "loaded",
        "datasets/deep/new": "loaded",
        "datasets/link": "loaded",
    }
    assert os.readlink(home / "datasets" / "link") == "deep/new"


@pytest.mark.parametrize("place", ["home", "home/datasets"])
def test_a_link_that_the_program_made_leads_to_files_that_stay(place: str, tmp_path: Path) -> None:
    home, scratch, data = tmp_path / "home", tmp_path / "scratch", tmp_path / "data"
    (data / "datasets").mkdir(parents=True)
    for name in ("a.csv", "datasets/b.csv"):
        (data / name).write_text("precious")
    made = layer(scratch, tmp_path) / place
    made.parent.mkdir(parents=True, exist_ok=True)
    made.symlink_to(data)
    assert downloads.keep(scratch, {"KERAS_HOME": str(home)}) == ()
    assert sorted(str(path.relative_to(data)) for path in data.rglob("*.csv")) == ["a.csv", "datasets/b.csv"]
    assert not home.exists()


def test_nothing_is_kept_through_a_link_of_the_cache(tmp_path: Path) -> None:
    home, scratch, data = tmp_path / "home", tmp_path / "scratch", tmp_path / "data"
    data.mkdir()
    (home / "datasets").mkdir(parents=True)
    (home / "datasets" / "elsewhere").symlink_to(data)
    upper = layer(scratch, tmp_path) / "home" / "datasets" / "elsewhere"
    upper.mkdir(parents=True)
    (upper / "new").write_text("loaded")
    assert downloads.keep(scratch, {"KERAS_HOME": str(home)}) == ()
    assert list(data.iterdir()) == []


def test_without_a_cache_nothing_is_kept(tmp_path: Path) -> None:
    (layer(tmp_path, tmp_path) / "model.keras").write_text("a result")
    assert downloads.keep(tmp_path, {"KERAS_HOME": str(tmp_path / "keras")}) == ()
    assert not (tmp_path / "model.keras").exists()
