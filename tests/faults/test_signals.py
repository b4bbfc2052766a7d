"""However the command is ended, within two seconds nothing of it or of the program is left."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from programs import SCALE

from gradcheck.cli.commands import main

COMMAND = [sys.executable, "-m", "gradcheck"]
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL)
PATIENCE = 2.0


def processes(word: str) -> list[str]:
    """The processes that mention a word in their command line or in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            around = entry.with_name("environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if (word in line or word in around) and int(entry.parent.name) != os.getpid():
            found.append(f"{entry.parent.name} {line}")
    return found


def gone(word: str, within: float) -> list[str]:
    """The processes that are left after a while."""
    until = time.monotonic() + within
    while (left := processes(word)) and time.monotonic() < until:
        time.sleep(0.05)
    return left


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "tmp").mkdir()
    yield tmp_path
    assert gone(str(tmp_path), 10) == []


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "TMPDIR": str(folder / "tmp")}
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def test_a_pool_of_checkers_ends_with_the_command(folder: Path) -> None:
    lines = [f"x{number} = tf.constant({number})" for number in range(4000)]
    text = "\n".join(["import tensorflow as tf", "tape = tf.GradientTape()", *lines])
    for number in range(60):
        (folder / f"module_{number}.py").write_text(text)
    for number in SIGNALS:
        command = started(folder, "check", str(folder), "--no-cache")
        until = time.monotonic() + 30
        while len(processes(str(folder))) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.2)
        sent = time.monotonic()
        command.send_signal(number)
        assert command.stdout is not None
        command.stdout.read()  # ends when nobody holds the pipe any more
        command.stdout.close()
        assert time.monotonic() - sent < PATIENCE, number
        assert gone(str(folder), 0) == []
        assert command.wait() in {-number, 128 + number, 130}


LOADS = """
import builtins, os, signal
from gradcheck.__main__ import main
real = builtins.__import__
def load(name, *rest):
    if name == "gradcheck.cli.commands":
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *rest)
builtins.__import__ = load
main()
"""


def test_an_interrupt_while_the_command_loads_says_nothing() -> None:
    ran = subprocess.run([sys.executable, "-c", LOADS], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (-signal.SIGINT, b"")


@pytest.mark.parametrize(
    "request_to_end, code", [(SystemExit(143), 143), (SystemExit(129), 129), (KeyboardInterrupt(), 130)]
)
@pytest.mark.parametrize("where", ["anywhere", "in a file", "in a fix"])
def test_a_signal_while_a_class_comes_to_be_is_no_fault_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_to_end: BaseException, code: int, where: str
) -> None:
    """Python before 3.12 makes a RuntimeError of what is raised there."""

    class Field:
        def __set_name__(self, owner: type, name: str) -> None:
            raise request_to_end

    def makes_a_class(*_: object, **__: object) -> None:
        type("Node", (), {"field": Field()})

    places = {"anywhere": "cli.check.check", "in a file": "lint._lint", "in a fix": "fix.apply.offers.flat"}
    monkeypatch.setattr(f"gradcheck.{places[where]}", makes_a_class)
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(SCALE)
    done = CliRunner().invoke(main, ["check", "model.py", "--no-cache", "--format", "json"])
    assert (done.exit_code, done.output.strip()) == (code, "")


@pytest.mark.tf
@pytest.mark.parametrize("number", SIGNALS)
def test_a_program_ends_with_the_command(folder: Path, number: signal.Signals) -> None:
    shutil.copy(Path(__file__).with_name("sleeping_program.py"), folder / "program.py")
    command = started(folder, "probe", "-v", str(folder / "program.py"))
    assert command.stdout is not None
    for line in command.stdout:
        if line.startswith(b"ready in"):
            break
    # The command, the process for its programs, the program, and the two that the program started.
    assert len(processes(str(folder))) >= 5
    command.send_signal(number)
    command.stdout.read()
    command.stdout.close()
    assert gone(str(folder), PATIENCE) == []
    assert list((folder / "tmp").iterdir()) == []
    assert command.wait() in {-number, 128 + number, 130}


@pytest.mark.tf
@pytest.mark.parametrize("after", [0.3, 0.4, 0.6, 0.8])
def test_who_interrupts_twice_waits_for_nothing(folder: Path, after: float) -> None:
    """The second one comes while the process that is to run the program is told to end."""
    shutil.copy(Path(__file__).with_name("sleeping_program.py"), folder / "program.py")
    command = started(folder, "probe", str(folder / "program.py"))
    time.sleep(after)
    command.send_signal(signal.SIGINT)
    time.sleep(0.01)
    command.send_signal(signal.SIGINT)
    assert command.wait() in {-signal.SIGINT, 130}
    assert command.stdout is not None
    command.stdout.close()
    assert gone(str(folder), PATIENCE) == []


BUSY = """\
import socket, sys, time
from gradcheck.probe.child.warm import tied

with tied(socket.socket(fileno=int(sys.argv[1]))):
    print("busy", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there no process waits for orders")
def test_a_process_that_is_still_importing_ends_with_the_command(tmp_path: Path) -> None:
    """It takes the folder along of a run that was ordered."""
    (tmp_path / "run" / "inside").mkdir(parents=True)
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-c", BUSY, str(theirs.fileno())]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], stdout=subprocess.PIPE) as process:
        theirs.close()
        assert process.stdout is not None and process.stdout.readline() == b"busy\n"
        ours.send(json.dumps({"folder": str(tmp_path / "run"), "here": "/"}).encode())
        ours.close()
        assert process.wait(10) == 0
    assert not (tmp_path / "run").exists()


def test_where_memory_runs_out_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_left(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("gradcheck.lint.lint", nothing_left)
    done = CliRunner().invoke(main, ["check", "."])
    assert done.exit_code == 2 and "not enough memory" in done.output
