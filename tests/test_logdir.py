"""`--logdir`: TensorBoard's folder is written however the command ends. Nothing is run for it here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradcheck.cli import probe
from gradcheck.cli.check import check
from gradcheck.cli.commands import main
from gradcheck.logdir import LogDir

CUT = """\
import tensorflow as tf

kept = tf.Variable(1.0)
with tf.GradientTape() as tape:
    loss = tf.stop_gradient(kept)
print(tape.gradient(loss, [kept]))
"""
WHOLE = CUT.replace("tf.stop_gradient(kept)", "2.0 * kept")


@pytest.fixture(autouse=True)
def only_read(tmp_path, monkeypatch):
    """What is read is what is found, as if no run had anything to add."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(probe, "diagnose", lambda targets, options, *_: check([targets[0].target], options))


def ended(program, *flags):
    Path("train.py").write_text(program)
    return CliRunner().invoke(main, ["train.py", "--logdir", "logs", *flags])


def logged():
    return b"".join(file.read_bytes() for file in Path("logs/gradcheck").iterdir())


@pytest.mark.parametrize(
    "flags, code",
    [
        pytest.param([], 1, id="with what could be repaired"),
        pytest.param(["--format", "json"], 1, id="for a program"),
        pytest.param(["--diff"], 1, id="as a patch"),
        pytest.param(["--fix"], 1, id="repaired"),
        pytest.param(["--fix-only"], 0, id="repaired, told as that alone"),
    ],
)
def test_findings_are_logged(flags, code):
    done = ended(CUT, *flags)
    assert done.exit_code == code, done.output
    assert b"GC304" in logged()


def test_that_nothing_was_found_is_logged():
    assert ended(WHOLE).exit_code == 0
    assert b"findings" in logged() and b"GC304" not in logged()


def test_an_error_is_logged():
    assert ended("def\n").exit_code == 2
    assert b"train.py:1" in logged()


def test_findings_are_logged_though_nobody_reads_the_report(monkeypatch):
    Path("train.py").write_text(CUT)
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(Exception, match="standard output is closed"):
        main.main(["train.py", "--logdir", "logs"], standalone_mode=False)
    assert b"GC304" in logged()


def test_a_folder_that_takes_no_more_is_an_error_beside_the_report(monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LogDir, "write", full)
    done = ended(CUT, "--format", "concise")
    assert done.exit_code == 2
    assert "GC304" in done.output and "logs:1: could not look" in done.output
    assert "cannot be written: No space left on device" in done.output


@pytest.mark.parametrize(
    ("folder", "why"), [("gs://bucket/logs", "of this machine"), (".git/logs", "is kept")]
)
def test_a_folder_that_is_none_is_refused(folder, why):
    Path(".git").mkdir()
    done = ended(CUT, "--logdir", folder)
    assert done.exit_code == 2 and why in done.stderr
    assert [*Path().rglob("*events*")] == [] and not Path("gs:").exists()
