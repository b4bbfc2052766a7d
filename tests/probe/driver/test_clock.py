"""A program that waits uses the time that goes by, one that computes the time of the processor it got."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from gradcheck.probe.driver.clock import Clock


def counted(source: str, seconds: float) -> tuple[float, float]:
    """What was counted, and what went by."""
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        clock, began, found = Clock(process.pid), time.monotonic(), 0.0
        clock.spent()
        while time.monotonic() - began < seconds:
            time.sleep(0.05)
            found += clock.spent()
        passed = time.monotonic() - began
        process.kill()
    return found, passed


def test_waiting_counts_in_full():
    found, passed = counted("import time; print('.', flush=True); time.sleep(60)", 0.5)
    assert found == pytest.approx(passed, abs=0.2)


def test_computing_counts_no_more_than_went_by():
    found, passed = counted("print('.', flush=True)\nwhile True: pass", 0.5)
    assert 0 < found <= passed + 0.05
