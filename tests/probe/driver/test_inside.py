"""The probe in the user's own process: what it sees, and that it leaves all as it was. Both Kerases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tf
OK = {"gamma": "ok", "beta": "ok", "kernel": "ok", "bias": "ok"}
CUT = {**OK, "kept": "ok", "lost": "none"}


@pytest.fixture(scope="module", params=["2", "3"])
def said(request: pytest.FixtureRequest) -> dict[str, Any]:
    program = Path(__file__).with_name("inside_program.py")
    environment = {
        **os.environ,
        "TF_USE_LEGACY_KERAS": "1" if request.param == "2" else "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    done = subprocess.run(
        [sys.executable, program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("way", ["bad", "own loss", "no loss", "watched", "callback"])
def test_the_starved_variable_is_named(said: dict[str, Any], way: str) -> None:
    assert said[way] == CUT


def test_a_model_that_trains_is_all_ok(said: dict[str, Any]) -> None:
    assert said["good"] == OK
    assert said["good asserts"] == ""


def test_an_assertion_names_the_variable(said: dict[str, Any]) -> None:
    headline, first, *_ = said["bad asserts"].splitlines()
    assert headline == "1 of 6 variables do not train:"
    assert "cut/lost" in first
    assert first.endswith(": none")


def test_the_callback_warns_once(said: dict[str, Any]) -> None:
    [line] = said["callback warned"]
    assert "/lost" in line


def test_model_optimizer_metrics_and_numbers_are_as_they_were(said: dict[str, Any]) -> None:
    assert said["compiled left alone"] == [True, True]
    assert said["plain left alone"] == [True, True]
    assert said["hooks back"] == [True, True]
    assert said["trains afterwards"]
