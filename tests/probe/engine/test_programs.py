"""Small programs with the expectation on the line it concerns, run under both Kerases.

`#! none w captured | self.mu[0]` says: the variable w gets no gradient, and the cause is a capture of exactly
that text here. `#![keras3]` says that only that Keras does. A variable without a mark is well; a kind of `-`
means that no line is blamed. A variable that is `ok` with a kind is cut off from one term of the loss only.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))
MARK = re.compile(
    r"#!(?:\[keras(?P<keras>[23])\])? (?P<status>\w+) (?P<names>[\w.,]+) (?P<kind>[\w-]+)"
    r"(?: \| (?P<code>.+?))?(?=  #!|$)"
)
TRACED_ONLY = {
    "array_write_dropped",
    "traced_before_switched_on",
    "unfrozen_in_a_callback",
    "unfrozen_too_late",
    "unfrozen_too_late_elsewhere",
}
ALONE = {"mirrored_on_two"}
"""Programs that choose their devices, which a process can do only once."""


@cache
def seen(mode: str, keras: str) -> dict:
    """What one mode under one Keras saw of every program."""
    together = ran(mode, keras, *sorted(set(NAMES) - ALONE))
    return together | {key: value for name in ALONE for key, value in ran(mode, keras, name).items()}


def ran(mode: str, keras: str, *names: str) -> dict:
    """What one process saw of these programs."""
    environment = {
        **os.environ,
        "TF_USE_LEGACY_KERAS": "1" if keras == "2" else "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    command = [sys.executable, str(HERE / "harness.py"), mode, str(PROGRAMS), *names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def expected(name: str, keras: str) -> list[tuple[str, str, str, int, str | None]]:
    """Every mark of a program: variable, status, kind, line, text."""
    rows = []
    for number, line in enumerate((PROGRAMS / f"{name}.py").read_text().splitlines(), 1):
        for found in MARK.finditer(line):
            if found["keras"] in (None, keras):
                rows += [
                    (one, found["status"], found["kind"], number, found["code"])
                    for one in found["names"].split(",")
                ]
    return sorted(rows, key=str)


def leaf(path: str) -> str:
    """A variable's name without Keras' decorations."""
    return re.sub(r"(_\d+)?(:0)?$", "", path.rpartition("/")[2])


@pytest.mark.tf
@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("mode", ["judge", "explain"])
def test_no_look_for_causes_fails(mode: str, keras: str) -> None:
    said = {name: one["notes"] for name, one in seen(mode, keras).items()}
    assert {name: notes for name, notes in said.items() if "the look for causes failed" in str(notes)} == {}


def statuses(rows) -> list[tuple[str, str]]:
    return sorted((row[0], row[1]) for row in {(row[0], row[1]) for row in rows})


@pytest.mark.tf
@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("name", NAMES)
def test_judges_in_the_programs_own_mode(name: str, keras: str) -> None:
    if name in ALONE:
        pytest.xfail("variables that a strategy makes for itself are listed, too")
    found = seen("judge", keras)[name]["variables"]
    bad = {(leaf(one["path"]), one["status"]) for one in found if one["status"] != "ok" or one["causes"]}
    assert sorted(bad) == statuses(expected(name, keras))
    assert len(found) >= 1


@pytest.mark.tf
@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("name", sorted(set(NAMES) - TRACED_ONLY))
def test_names_the_line_and_the_expression(name: str, keras: str) -> None:
    found = seen("explain", keras)[name]["variables"]
    # Not the status: a cut in a loop is None when it runs eagerly, and zero when it is traced.
    causes = {
        (leaf(one["path"]), cause["kind"], cause["location"]["line"], cause["code"])
        for one in found
        for cause in one["causes"]
        if one["status"] != "ok"
    }
    wanted = [row for row in expected(name, keras) if row[2] != "-" and row[1] != "ok"]
    assert sorted(row[:3] for row in causes) == sorted({(row[0], *row[2:4]) for row in wanted})
    texts = {(row[0], row[3]): row[4] for row in wanted if row[4]}
    assert {key: code for *key_, code in causes if (key := (key_[0], key_[2])) in texts} == texts


@pytest.mark.tf
@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("name", NAMES)
def test_names_the_line_that_a_part_of_the_loss_dies_on(name: str, keras: str) -> None:
    found = seen("judge", keras)[name]["variables"]
    causes = {
        (leaf(one["path"]), cause["kind"], cause["location"]["line"])
        for one in found
        for cause in one["causes"]
        if one["status"] == "ok"
    }
    wanted = [row for row in expected(name, keras) if row[1] == "ok"]
    assert sorted(causes) == sorted({(row[0], row[2], row[3]) for row in wanted})


@pytest.mark.tf
@pytest.mark.parametrize("keras", ["2", "3"])
@pytest.mark.parametrize("name", sorted(TRACED_ONLY))
def test_explains_what_only_the_traced_program_loses(name: str, keras: str) -> None:
    found = seen("judge", keras)[name]["variables"]
    causes = {
        (leaf(one["path"]), one["status"], cause["kind"], cause["location"]["line"])
        for one in found
        for cause in one["causes"]
    }
    assert sorted(causes) == sorted({row[:4] for row in expected(name, keras) if row[2] != "-"})
