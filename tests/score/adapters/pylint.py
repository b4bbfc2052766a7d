"""pylint as it comes. TensorFlow is not installed beside it, and that it cannot be imported is not held
against it."""

from __future__ import annotations

import json
import subprocess

from tests.score.tool import Answer, Question, Tool, shared_out


def answer(question: Question) -> Answer:
    assert question.bin
    options = ["--rcfile=/dev/null", "--persistent=n", "--disable=import-error,no-name-in-module"]
    rows = []
    # One at a time: all are called `model`, and the second of that name would be passed over.
    for program in question.programs:
        command = [str(question.bin / "pylint"), *options, "--output-format=json", str(program)]
        done = subprocess.run(command, capture_output=True, text=True)
        rows += [(str(program), one["line"], one["symbol"]) for one in json.loads(done.stdout)]
    return shared_out(question, rows)


TOOL = Tool("pylint", "pylint --disable=import-error,no-name-in-module", answer, ("pylint",), "pylint")
