"""`--watch`: the command runs again when a source changes, until it is interrupted."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest

pytest.importorskip("watchfiles")

GOOD = "import keras\n\nkeras.layers.Dense(1)\n"
BAD = """
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=[1])
        self.twice = self.gain * 2.0

    def call(self, x):
        return x * self.twice
"""


WAITS = "gradcheck: waiting for a change (Ctrl-C ends it)\n"
PATIENCE = 120


@pytest.fixture
def watching(tmp_path):
    """The command at work in a folder with a file that is well."""
    (tmp_path / "model.py").write_text(GOOD)
    command = [sys.executable, "-m", "gradcheck", "check", ".", "--watch", "--format", "concise"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    end = threading.Timer(PATIENCE, process.kill)
    end.start()
    with process:
        yield process
        process.kill()
    end.cancel()


def told(process):
    """The lines of one run."""
    lines = []
    for line in iter(process.stdout.readline, ""):
        if line == WAITS:
            return lines
        lines.append(line.rstrip())
    raise AssertionError(f"it ended: {lines}")


def test_a_change_is_looked_at(watching, tmp_path):
    assert told(watching)[-1].startswith("no findings")
    (tmp_path / "notes.txt").write_text("nothing to follow")
    # As editors save: a file that is half written would be looked at, too.
    (tmp_path / "model.py.new").write_text(BAD)
    (tmp_path / "model.py.new").replace(tmp_path / "model.py")
    assert told(watching)[0].startswith("model.py:8:22: error GC101 self.gain gets no gradient")
    watching.send_signal(signal.SIGINT)
    assert watching.wait(PATIENCE) == 0
