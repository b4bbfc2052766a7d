"""Two runs of one program give the same report, and the losses of its first steps."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gradcheck.probe.driver.run import run
from gradcheck.probe.job.job import Job

pytestmark = pytest.mark.tf

PROGRAM = """\
import random
import numpy as np
import tensorflow as tf
rng = np.random.default_rng()
x = rng.normal(size=(32, 4)).astype("float32")
y = np.random.rand(32, 1).astype("float32")
other = np.random.default_rng().normal(size=(32, 4))
assert not np.array_equal(x, other.astype("float32"))
L = tf.keras.layers
model = tf.keras.Sequential([L.Dense(3), L.Dropout(0.5), L.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, batch_size=8, verbose=0)

w = tf.Variable(tf.random.normal([4]) + len(set("abcdef")))
with tf.GradientTape() as tape:
    losses = [tf.reduce_sum(w * random.random()), tf.reduce_sum(w)]
tape.gradient(losses, w)

random.seed(3)
z = tf.Variable(1 + 2j)
with tf.GradientTape() as tape:
    loss = z * random.random()
tape.gradient(loss, z)
"""


@pytest.mark.parametrize("keras", ["2", "3"])
def test_two_runs_of_a_program_that_does_not_seed_itself_agree(keras: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(run, [Job(str(path), keras=keras)] * 2)
    assert one == two
    assert (one.status, len(one.verdicts), len(one.losses)) == ("ok", 6, 3)
    fit, _, own = one.losses
    assert fit is not None and fit > 0
    random.seed(3)
    assert own == pytest.approx(random.random())
