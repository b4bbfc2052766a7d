"""`--watch`: the command runs again when a source changes, until it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

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
    assert watching.stdout.read() == ""


def test_a_folder_that_is_moved_is_looked_at(watching, tmp_path):
    told(watching)
    (tmp_path / "parts").mkdir()
    told(watching)
    (tmp_path.parent / f"{tmp_path.name}-away").mkdir()
    (tmp_path.parent / f"{tmp_path.name}-away" / "part.py").write_text(BAD)
    (tmp_path.parent / f"{tmp_path.name}-away").rename(tmp_path / "parts" / "more")
    assert told(watching)[0].startswith("parts/more/part.py:8:22: error GC101")
    (tmp_path / "parts").rename(tmp_path.parent / f"{tmp_path.name}-gone")
    assert told(watching)[-1].startswith("no findings")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is a text")
def test_a_name_that_is_no_text_ends_nothing(watching, tmp_path):
    told(watching)
    (tmp_path / os.fsdecode(b"\xff.py")).write_text(GOOD)
    assert told(watching)[-1].startswith("no findings")
    (tmp_path / "model.py").write_text(BAD)
    while not any("model.py:8:22: error GC101" in line for line in told(watching)):
        pass  # the name may have been seen twice


@pytest.mark.skipif(sys.platform == "win32", reason="there nobody can tell")
def test_it_ends_when_nobody_reads_it_any_more(watching):
    told(watching)
    watching.stdout.close()
    assert watching.wait(PATIENCE) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there a process is ended, not asked to end")
def test_who_ends_it_otherwise_is_told_so(watching):
    told(watching)
    watching.send_signal(signal.SIGTERM)
    assert watching.wait(PATIENCE) == 128 + signal.SIGTERM
    assert watching.stdout.read() == ""


SLOW = """\
import time

def main():
    print("began", flush=True)
    try:
        time.sleep(600)
    finally:
        print("put in order", flush=True)
"""
STARTS = """\
import subprocess
from gradcheck.base.itself import started

subprocess.run(started("slow", tied={tied}))
"""
ORDERLY = "from gradcheck.base.signals import end_orderly\nend_orderly()\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there a process has no other parent afterwards")
@pytest.mark.parametrize("tied", [True, False])
def test_what_a_watch_has_begun_ends_with_it(tmp_path, tied):
    """Also where it is killed, and can end nothing itself."""
    (tmp_path / "slow.py").write_text(ORDERLY + SLOW.replace("600", "600" if tied else "5"))
    command = [sys.executable, "-c", STARTS.format(tied=tied)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout.readline() == "began\n"
        starter.kill()
        began = time.monotonic()
        assert starter.stdout.read().splitlines() == ["put in order"]
        assert (time.monotonic() - began < 4) is tied


def test_a_folder_that_is_made_anew_is_watched_again(tmp_path):
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "model.py").write_text(GOOD)
    command = [sys.executable, "-m", "gradcheck", "check", "src", "--watch", "--format", "concise"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        end = threading.Timer(PATIENCE, process.kill)
        end.start()
        assert told(process)
        (folder / "model.py").unlink()
        folder.rmdir()
        while not any("cannot be read" in line for line in told(process)):
            pass
        folder.mkdir()
        while told(process) != ["no findings (nothing to look at)"]:
            pass
        (folder / "model.py").write_text(BAD)
        while not any("GC101" in line for line in told(process)):
            pass
        process.kill()
        end.cancel()


@pytest.mark.skipif(sys.platform == "win32", reason="there nobody can remove it")
def test_a_current_folder_that_is_removed_is_the_end(tmp_path):
    folder = tmp_path / "src"
    folder.mkdir()
    command = [sys.executable, "-m", "gradcheck", "check", ".", "--watch", "--format", "concise"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert told(process) == ["no findings (nothing to look at)"]
        folder.rmdir()
        assert process.wait(PATIENCE) == 2
        assert "the current folder is gone" in process.stdout.read()
