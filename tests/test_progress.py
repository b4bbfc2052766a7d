"""What is said while a job runs: seconds on a terminal, a sign of life in the log of a pipeline."""

from __future__ import annotations

import io
import re
import time

import pytest

from gradcheck.cli import progress
from gradcheck.cli.progress import ProgressLine


class Stream(io.StringIO):
    """Standard error, on a terminal or not."""

    def __init__(self, *, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


@pytest.fixture
def said(monkeypatch):
    def at(*, terminal, ci=""):
        stream = Stream(terminal=terminal)
        monkeypatch.setattr("sys.stderr", stream)
        monkeypatch.setenv("CI", ci)
        monkeypatch.setenv("COLUMNS", "60")
        monkeypatch.setattr(progress, "SIGN_OF_LIFE", 0.0)
        return stream

    return at


def waited(stream, pattern):
    """Whether something is written soon."""
    for _ in range(600):
        if re.search(pattern, stream.getvalue()):
            return True
        time.sleep(0.1)
    return False


def test_a_terminal_shows_the_seconds_gone_by(said):
    stream = said(terminal=True)
    line = ProgressLine(verbose=False, tells=False)
    line.about("model.py under Keras 3")("loading TensorFlow, which takes a while on this machine")
    assert waited(stream, r"\(2 s\)")
    shown = [one for one in stream.getvalue().split("\r\x1b[K") if one]
    assert shown[0] == "gradcheck: model.py under Keras 3: loading TensorFlow, which"[:59]
    assert shown[-1].endswith(" s)") and max(map(len, shown)) <= 59
    line.clear()


def test_nothing_is_shown_once_it_is_cleared(said):
    stream = said(terminal=True)
    line = ProgressLine(verbose=False, tells=False)
    line.say("loading TensorFlow")
    line.clear()
    before = stream.getvalue()
    time.sleep(1.5)
    assert stream.getvalue() == before


def test_a_log_gets_a_sign_of_life(said):
    stream = said(terminal=False, ci="true")
    line = ProgressLine(verbose=False, tells=False)
    line.say("loading TensorFlow")
    assert stream.getvalue() == ""
    assert waited(stream, r"\Agradcheck: loading TensorFlow( \(\d+ s\))?\n")
    line.clear()


def test_nobody_else_does(said):
    stream = said(terminal=False)
    ProgressLine(verbose=False, tells=False).say("loading TensorFlow")
    time.sleep(1.5)
    assert stream.getvalue() == ""
