"""What a probed program saves does not replace what was saved before, however it saves it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from faults.test_file_operations import USERS
from gradcheck.probe.child.shadow import FORCED
from gradcheck.probe.driver.run import run
from gradcheck.probe.driver.warm import Warm
from gradcheck.probe.job.job import Job

pytestmark = pytest.mark.tf

SAVED = ["model.keras", "model.h5", "own.weights.h5", "best.weights.h5", "log.csv", "history.h5", "array.npy"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The program beside what an earlier run of it saved."""
    shutil.copy(Path(__file__).with_name("saving_program.py"), tmp_path / "program.py")
    for name in ("old", "checkpoints"):
        (tmp_path / name).mkdir()
    for name in (*SAVED, "notes.txt", "old/x"):
        (tmp_path / name).write_text(f"before: {name}\n")
    return tmp_path


def content(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def allows_overlays() -> bool:
    one = f"test_file_operations.py::test_the_program_sees_what_it_did[{next(iter(USERS))}-overlay]"
    test = [sys.executable, "-m", "pytest", "-q", "-rs", str(Path(__file__).with_name(one))]
    return "1 passed" in subprocess.run(test, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("way", ["overlay", "redirection"])
def test_nothing_is_replaced_and_all_is_read_back(
    way: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "overlay" and not allows_overlays():
        pytest.skip("this system allows no overlay")
    monkeypatch.setenv(FORCED, way)
    before = content(folder)
    probe = run(Job(str(folder / "program.py"), keras="3"))
    assert (probe.status, probe.reason, probe.protection) == ("ok", None, way)
    assert content(folder) == before
    assert any("best.weights.h5" in note and "thrown away" in note for note in probe.notes)


def test_a_user_may_want_the_writes(folder: Path) -> None:
    program = folder / "program.py"
    text = program.read_text()
    program.write_text(text[: text.index("model.save_weights")])
    probe = run(Job(str(program), keras="3", write_through=True))
    assert (probe.status, probe.protection) == ("ok", "none")
    assert (folder / "model.keras").read_bytes()[:2] == b"PK"
    assert any(
        note.startswith("files in its folder that changed while the program ran") for note in probe.notes
    )


APPENDS = """\
import pathlib
import tensorflow as tf

with open("runs.log", "a") as log:
    log.write("ran\\n")
w, v = tf.Variable(1.0, name="w"), tf.Variable(1.0, name="v")
"""
TRAINS = (
    APPENDS
    + """\
with tf.GradientTape() as tape:
    loss = w * tf.round(v)
tape.gradient(loss, [w, v])
"""
)
DEFINES = (
    APPENDS
    + """\
def make_model():
    return tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(2)])
"""
)


@pytest.mark.parametrize("program", [TRAINS, DEFINES], ids=["run again for the cause", "run again to train"])
def test_what_a_user_wants_to_be_written_is_written_once(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("program.py").write_text(program)
    probe = run(Job("program.py", keras="3", write_through=True))
    assert (probe.status, probe.protection) == ("ok", "none")
    assert Path("runs.log").read_text() == "ran\n"
    assert "it ran more than once, and only its first run wrote where it said: the others had a shadow" in (
        probe.notes
    )
    assert "files in its folder that changed while the program ran: runs.log" in probe.notes


@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("before", [False, True], ids=["without settings", "with a folder"])
def test_the_settings_of_keras_are_left_as_they_are(
    keras: str, before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    if before:
        (tmp_path / "home" / ".keras").mkdir()
    (tmp_path / "program.py").write_text(
        "import tensorflow as tf, tarfile\n"
        "w = tf.Variable(1.0)\n"
        "with tf.GradientTape() as tape: loss = w * w\n"
        "tape.gradient(loss, w)\n"
        "tf.keras.utils.get_file('a.txt', f'file://{__file__}')\n"
        "tarfile.open('new.tar', 'w').close()\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    with Warm() as warm:
        probe = run(Job("program.py", keras=keras), warm=warm)
    assert (probe.status, probe.reason) == ("ok", None)
    left = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "home").rglob("*"))
    assert left == ["home/.keras", "home/.keras/datasets", "home/.keras/datasets/a.txt"]


def test_other_contents_stand_in_for_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "part.py").write_text("rate = 'as it is'\n")
    program = folder / "uses_part.py"
    program.write_text(
        "import tensorflow as tf, part, pathlib\n"
        "w = tf.Variable(1.0, name=part.rate)\n"
        "with tf.GradientTape() as tape: loss = w * w\n"
        "tape.gradient(loss, w)\n"
        "text = pathlib.Path(part.__file__).read_text()\n"
        "assert text == open(part.__file__).read() == \"rate = 'repaired'\\n\"\n"
    )
    for way in ("overlay", "redirection"):
        monkeypatch.setenv(FORCED, way)
        probe = run(Job(str(program), keras="3"), files={str(folder / "part.py"): b"rate = 'repaired'\n"})
        assert (probe.status, [one.variable.path for one in probe.verdicts]) == ("ok", ["repaired:0"]), probe
    assert (folder / "part.py").read_text() == "rate = 'as it is'\n"
