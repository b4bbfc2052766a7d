"""A look for causes that fails costs the program nothing, and the reader is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
import tensorflow as tf
from gradcheck.probe.engine.explain import none
from gradcheck.probe.engine.session import Session

def fails(*given):
    raise ValueError("no such path")

none.Question.why_none = fails
with Session(mode=sys.argv[1], steps=3, project=["."]) as session:
    w = tf.Variable(1.0, name="w")
    with tf.GradientTape() as tape:
        loss = tf.round(w)
    print(tape.gradient(loss, w))
    session.finished()
print(json.dumps(session.snapshot()))
"""


@pytest.mark.tf
def test_the_reader_is_told() -> None:
    command = [sys.executable, "-c", PROGRAM, "explain"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    gradient, told = done.stdout.splitlines()
    answer = json.loads(told)
    assert gradient == "None"
    assert [one["status"] for one in answer["variables"]] == ["none"]
    assert answer["notes"] == [
        "the look for causes failed (ValueError: no such path), so one may be missing: please report it"
    ]
