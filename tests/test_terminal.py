"""What a person sees: the command in a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from contextlib import suppress

import pytest
from cases import FIXTURES

CODES = re.compile(r"\x1b\[[0-9;]*[mK]")


def screen(columns, *arguments):
    """The lines that stand on a terminal of this width in the end."""
    pid, terminal = pty.fork()
    if not pid:
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
        command = [sys.executable, "-m", "gradcheck", *arguments]
        os.execve(sys.executable, command, {**kept, "TERM": "xterm"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    written = b""
    with suppress(OSError):  # so Linux says that the other end is closed
        while chunk := os.read(terminal, 65_536):
            written += chunk
    os.waitpid(pid, 0)
    os.close(terminal)
    return [_left(line) for line in written.decode().split("\r\n")]


def _left(line):
    """What is left of a line that was written over."""
    return CODES.sub("", line.rpartition("\r\x1b[K")[2])


@pytest.mark.tf
@pytest.mark.parametrize("columns", [80, 120])
def test_a_report_does_not_follow_the_progress_line(columns):
    program = str((FIXTURES / "normal-indexed-in-build" / "model.py").relative_to(os.getcwd()))
    lines = screen(columns, program)
    assert lines[0].startswith(f"{program}:20:40: error GC101")
    assert not [line for line in lines if "gradcheck: " in line and " ..." in line]


@pytest.mark.parametrize("columns", [80, 120])
def test_a_report_of_the_source_fits_the_screen(columns, monkeypatch):
    monkeypatch.chdir(FIXTURES)
    lines = screen(columns, "check", "normal-indexed-in-build", "simsiam-stopgrad-wrong-side", "--no-cache")
    assert lines[0].startswith("normal-indexed-in-build/model.py:20:40: error GC101 [*]")
    assert "[*] 2 can be repaired with `--fix`, 2 more with `--fix --unsafe-fixes`" in lines
    assert max(map(len, lines)) <= columns


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("words", [("explain", "GC101"), ("rules",)])
def test_a_long_page_is_wrapped_and_paged(columns, words, monkeypatch, tmp_path):
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho paged\nexec cat\n")
    pager.chmod(0o700)
    monkeypatch.setenv("PAGER", str(pager))
    first, *lines = screen(columns, *words)
    assert first == "paged"
    code = [line for line in lines if line.startswith("    ")]
    assert max(len(line) for line in lines if line not in code or words == ("rules",)) <= min(columns, 100)
    assert not any(line.startswith("```") for line in lines)


def test_a_page_that_fits_is_not_paged(monkeypatch):
    monkeypatch.setenv("PAGER", "false")
    assert screen(80, "explain", "GC000")[0] == "GC000 unexplained-gradient (warning)"
