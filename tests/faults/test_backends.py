"""A program that runs Keras on another backend is told; one that only stands beside one is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.probe.driver.run import run
from gradcheck.probe.job.job import Job

pytestmark = pytest.mark.tf

TRAINS = """\
import keras, numpy
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(numpy.ones((8, 4)), numpy.ones((8, 1)), verbose=0)
"""
BARE = """\
import tensorflow as tf
w = tf.Variable(1.0)
with tf.GradientTape() as tape:
    loss = w * w
tape.gradient(loss, w)
"""


@pytest.mark.parametrize(
    ("outside", "source", "judged"),
    [
        (None, "import os\nos.environ['KERAS_BACKEND'] = 'jax'\n" + TRAINS, False),
        ("jax", TRAINS, False),
        ("jax", "import os\nos.environ['KERAS_BACKEND'] = 'tensorflow'\n" + TRAINS, True),
        ("jax", BARE, True),
    ],
    ids=["the program", "the environment", "overruled by the program", "a program without Keras"],
)
def test_a_backend_that_cannot_be_judged_is_said(
    outside: str | None, source: str, judged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if outside:
        monkeypatch.setenv("KERAS_BACKEND", outside)
    program = tmp_path / "program.py"
    program.write_text(source)
    probe = run(Job(str(program), keras="3"))
    assert probe.status == ("ok" if judged else "failed")
    assert bool(probe.verdicts) == judged
    assert judged or "Keras on the backend jax" in (probe.reason or "")
